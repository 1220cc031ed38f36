package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthTokenStatus is what the operator reports about a token.
type OAuthTokenStatus struct {
	// observedGeneration is the generation of the spec that this status describes; -1
	// until the operator has seen the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// provider is where tokens come from; unset until it is known.
	// +optional
	Provider *TokenProviderStatus `json:"provider,omitempty"`

	// server is the OAuthServer at which people authorize; unset for client_credentials.
	// +optional
	Server *TokenServerStatus `json:"server,omitempty"`

	// authorizeURL is the page at which one of spec.authorizedBy authorizes; unset for
	// client_credentials.
	// +optional
	AuthorizeURL string `json:"authorizeURL,omitempty"`

	// authorizedBy is the username of the person who authorized, and authorizedAt when. Both
	// come from the Secret <name>-oauth-state, which those who may write Secrets of this
	// namespace can change: the audit log of the OAuthServer is the record.
	// +optional
	AuthorizedBy string `json:"authorizedBy,omitempty"`
	// authorizedAt is when the person in authorizedBy authorized.
	// +optional
	AuthorizedAt *metav1.Time `json:"authorizedAt,omitempty"`

	// secretName is the Secret with the token; unset until it has been written.
	// +optional
	SecretName string `json:"secretName,omitempty"`

	// scopes that were granted, as far as the provider says so.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Scopes []string `json:"scopes,omitempty"`

	// expiresAt is when the token expires; unset for one without an end, and while there
	// is none.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// refreshedAt is when the token was got.
	// +optional
	RefreshedAt *metav1.Time `json:"refreshedAt,omitempty"`

	// nextRefresh is when the next one is asked for; unset if it cannot be.
	// +optional
	NextRefresh *metav1.Time `json:"nextRefresh,omitempty"`

	// conditions are TokenReady and Ready, Authorized with the grant authorization_code,
	// RefreshFailing, AuthorizationDue, and Reconciling or Stalled while they are true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// TokenProviderStatus is what is known of a provider. All of it is public.
type TokenProviderStatus struct {
	// host of the token endpoint, with the port if it has one.
	// +optional
	Host string `json:"host,omitempty"`

	// issuer that its metadata names.
	// +optional
	Issuer string `json:"issuer,omitempty"`

	// clientID at the provider.
	// +optional
	ClientID string `json:"clientID,omitempty"`

	// authorizationEndpoint is where people are sent to authorize.
	// +optional
	AuthorizationEndpoint string `json:"authorizationEndpoint,omitempty"`

	// issParameter says that its authorization responses have the parameter iss
	// (RFC 9207).
	// +optional
	IssParameter bool `json:"issParameter,omitempty"`
}

// TokenServerStatus names the OAuthServer at which people authorize.
type TokenServerStatus struct {
	// namespace of the OAuthServer.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// name of the OAuthServer.
	// +optional
	Name string `json:"name,omitempty"`

	// redirectURI is to be registered at the provider.
	// +optional
	RedirectURI string `json:"redirectURI,omitempty"`
}
