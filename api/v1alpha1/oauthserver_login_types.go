package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServerLogin is how users sign in.
type ServerLogin struct {
	// sessionLifetime is how long a browser stays signed in: between 1s and 720h.
	// Default: 12h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('720h')",message="sessionLifetime must be between 1s and 720h"
	SessionLifetime *metav1.Duration `json:"sessionLifetime,omitempty"`

	// pageLifetime is how long a user can take to sign in or to agree before the page
	// expires and the application must begin again: between 1s and 24h. Default: 30m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="pageLifetime must be between 1s and 24h"
	PageLifetime *metav1.Duration `json:"pageLifetime,omitempty"`

	// pushedAuthorization is Optional (the default) or Required: whether all clients must
	// push their authorization requests (RFC 9126). With Required, an authorization
	// request that was not pushed is answered with invalid_request, and discovery has
	// require_pushed_authorization_requests. Other values are refused.
	// +optional
	PushedAuthorization PushedAuthorization `json:"pushedAuthorization,omitempty"`

	// local is Allow (the default) or Deny: whether OAuthUsers can sign in with passwords.
	// With Deny the sessions and tokens of OAuthUsers are invalid, too, except of those with
	// spec.identities, who sign in at their providers. Replicas apply changes at once.
	// +optional
	Local LocalLogin `json:"local,omitempty"`

	// providers are the names of OAuthIdentityProviders of the server in the order in which
	// the sign-in page has their buttons. Default: in the order of their names; those that
	// are not listed follow.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=32
	// +kubebuilder:validation:items:Pattern=`^[a-z]([a-z0-9-]*[a-z0-9])?$`
	Providers []string `json:"providers,omitempty"`

	// autoRedirect sends users to the provider without showing the sign-in page, where only
	// one way to sign in is left and it is an oidc or oauth2 provider. A user who has just
	// signed out sees the page.
	// +optional
	AutoRedirect bool `json:"autoRedirect,omitempty"`

	// secondFactor is Off (the default), Offer or Require. With Offer users can add
	// passkeys, authenticator apps and recovery codes on their account page, and are asked
	// for one whenever they sign in once they have one. With Require every user is asked
	// for one, and who has none yet adds one when signing in. Other values are refused.
	// +optional
	SecondFactor SecondFactorMode `json:"secondFactor,omitempty"`

	// appearance says who the pages belong to and which colour they have.
	// +optional
	Appearance *ServerAppearance `json:"appearance,omitempty"`
}

// LocalLogin says whether OAuthUsers can sign in.
//
// +kubebuilder:validation:Enum=Allow;Deny
type LocalLogin string

// Whether OAuthUsers can sign in.
const (
	LocalLoginAllow LocalLogin = "Allow"
	LocalLoginDeny  LocalLogin = "Deny"
)

// SecondFactorMode says who has to give a second factor.
//
// +kubebuilder:validation:Enum=Off;Offer;Require
type SecondFactorMode string

// Who has to give a second factor.
const (
	SecondFactorOff     SecondFactorMode = "Off"
	SecondFactorOffer   SecondFactorMode = "Offer"
	SecondFactorRequire SecondFactorMode = "Require"
)
