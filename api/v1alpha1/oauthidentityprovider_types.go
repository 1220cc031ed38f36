package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthIdentityProvider is a system where users already have an account: an OpenID provider, an
// OAuth 2.0 server with a profile, or a directory. They sign in there, and are users of the
// OAuthServer that spec.serverName names. Users who may write OAuthIdentityProviders in its
// namespace are administrators of that server.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oaip,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Server",type=string,JSONPath=`.spec.serverName`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.status.type`
// +kubebuilder:printcolumn:name="Redirect URI",type=string,priority=1,JSONPath=`.status.redirectURI`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$') && !(self.metadata.name in ['local', 'pairwise'])",message="metadata.name must be a label of at most 32 characters that begins with a letter, and not local or pairwise: it is the beginning of the subject of each user"
type OAuthIdentityProvider struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the provider.
	// +required
	Spec OAuthIdentityProviderSpec `json:"spec"`

	// status is what the operator reports. The authorization server does not read it.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthIdentityProviderStatus `json:"status,omitzero"`
}

// OAuthIdentityProviderList is a list of OAuthIdentityProviders.
//
// +kubebuilder:object:root=true
type OAuthIdentityProviderList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthIdentityProvider `json:"items"`
}

// OAuthIdentityProviderSpec describes an identity provider.
//
// +kubebuilder:validation:XValidation:rule="(has(self.oidc) ? 1 : 0) + (has(self.oauth2) ? 1 : 0) + (has(self.ldap) ? 1 : 0) == 1",message="set exactly one of oidc, oauth2 and ldap"
// +kubebuilder:validation:XValidation:rule="has(self.oidc) == has(oldSelf.oidc) && has(self.oauth2) == has(oldSelf.oauth2) && has(self.ldap) == has(oldSelf.ldap)",message="the type cannot be changed later, because subjects are made of what the provider says; create another OAuthIdentityProvider instead"
type OAuthIdentityProviderSpec struct {
	// serverName is the name of the OAuthServer, in the same namespace. Immutable. A server
	// that does not exist gives Accepted=False with reason ServerNotFound.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="serverName cannot be changed; create another OAuthIdentityProvider instead"
	ServerName string `json:"serverName"`

	// displayName is the text of the button on the sign-in page, such as Example Corp. Default:
	// metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	DisplayName string `json:"displayName,omitempty"`

	// disabled shuts its users out within 2 seconds: nobody can sign in with it. All sessions and
	// tokens of its users are invalid, and so are those that OAuthUsers began with an account of
	// it. Setting it back to false makes those that have not expired valid again.
	// +optional
	Disabled bool `json:"disabled,omitempty"`

	// oidc is an OpenID provider (OpenID Connect Core 1.0), such as Google, Microsoft
	// Entra ID, Keycloak, Okta, or another OAuthServer.
	// +optional
	OIDC *OIDCProvider `json:"oidc,omitempty"`

	// oauth2 is GitHub, or another OAuth 2.0 server that returns a profile of the user and is not
	// an OpenID provider.
	// +optional
	OAuth2 *OAuth2Provider `json:"oauth2,omitempty"`

	// ldap is a directory (RFC 4511), such as OpenLDAP or Active Directory. Users type
	// their password on a page of this server, which sends it to the directory.
	// +optional
	LDAP *LDAPProvider `json:"ldap,omitempty"`

	// claims says which of the claims of the provider about a user are used.
	// +optional
	Claims IdentityClaims `json:"claims,omitzero"`

	// usernames is Prefixed (the default) or Plain. With Prefixed, the username is the name of the
	// provider, a colon and the username there, such as corp:ada, so that no two providers give
	// one username to two users. With Plain, it is the username there; a user whose username
	// belongs to an OAuthUser cannot sign in. Only one provider of a server can be Plain: the
	// oldest one. Others get Accepted=False with reason UsernamesNotUsable. access.users of an
	// OAuthClient names these usernames, so use it only if no two users of the provider have the
	// same username.
	// +optional
	// +kubebuilder:default=Prefixed
	Usernames ProviderUsernames `json:"usernames,omitempty"`

	// admit says which users of the provider may sign in: those who meet every field that is set.
	// It is required for providers where anyone can have an account: Google, GitHub, GitLab.com,
	// and Microsoft Entra ID for several tenants; otherwise Accepted=False with reason
	// AdmitRequired.
	// +optional
	Admit *ProviderAdmission `json:"admit,omitempty"`

	// recheck says how often the server asks the provider again about a user who is signed in.
	// +optional
	// +kubebuilder:default={interval:"1h",tolerate:"24h"}
	Recheck ProviderRecheck `json:"recheck,omitzero"`

	// secondFactor says which sign-ins at the provider count as sign-ins with a second factor.
	// Default: none; a user who needs a second factor then gives it at this server.
	// +optional
	SecondFactor ProviderSecondFactor `json:"secondFactor,omitzero"`
}

// ProviderUsernames says what the username of a user of a provider is.
//
// +kubebuilder:validation:Enum=Prefixed;Plain
type ProviderUsernames string

// What the username of a user of a provider is.
const (
	UsernamesPrefixed ProviderUsernames = "Prefixed"
	UsernamesPlain    ProviderUsernames = "Plain"
)

// ProviderAdmission says which users of a provider may sign in. What each field lists is
// compared byte for byte.
//
// +kubebuilder:validation:XValidation:rule="has(self.groups) || has(self.emailDomains) || has(self.users) || has(self.all)",message="name groups, emailDomains or users, or set all: true"
// +kubebuilder:validation:XValidation:rule="!has(self.all) || !has(self.groups) && !has(self.emailDomains) && !has(self.users)",message="all cannot be combined with groups, emailDomains or users"
type ProviderAdmission struct {
	// all lets in everyone who has an account there.
	// +optional
	// +kubebuilder:validation:Enum=true
	All bool `json:"all,omitempty"`

	// groups lets in the members of any of these groups, named as the provider names them, without
	// a prefix.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	Groups []string `json:"groups,omitempty"`

	// emailDomains lets in users whose e-mail address is at one of these domains and is verified,
	// as the provider says. A domain does not include its subdomains. At Google, the account must
	// also belong to that organization (hd), unless the domain is gmail.com.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`
	EmailDomains []string `json:"emailDomains,omitempty"`

	// users lets in users with one of these IDs at the provider: the sub of an ID token, the
	// number of a GitHub account, the value of the attribute ldap.users.id.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	Users []string `json:"users,omitempty"`
}

// ProviderRecheck says how often the server asks a provider again.
type ProviderRecheck struct {
	// interval is the time after which the server asks the provider again, when a token of the
	// user is refreshed or the user's browser comes back: between 1m and 24h. Default: 1h. If the
	// provider says that the user is gone, is disabled or may not sign in, all sessions and tokens
	// of the user end, until the user signs in again. One request is sent, however many clients
	// there are. An OpenID provider or OAuth 2.0 server is asked with its refresh token. Without
	// one, it cannot be asked, and the user must sign in there again after the interval.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1m') && duration(self) <= duration('24h')",message="interval must be between 1m and 24h"
	Interval *metav1.Duration `json:"interval,omitempty"`

	// tolerate is how long after the interval users stay signed in while the provider cannot be
	// reached or answers with an error of its own: between 0s and 168h. Default: 24h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) <= duration('168h')",message="tolerate must be at most 168h"
	Tolerate *metav1.Duration `json:"tolerate,omitempty"`
}

// ProviderSecondFactor says which sign-ins at a provider count as sign-ins with a second
// factor.
type ProviderSecondFactor struct {
	// amr are the authentication methods, any of which counts, such as mfa (RFC 8176).
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	AMR []string `json:"amr,omitempty"`

	// acr are the classes of authentication context, any of which counts.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	ACR []string `json:"acr,omitempty"`
}

// OAuthIdentityProviderStatus is what the operator reports about a provider.
type OAuthIdentityProviderStatus struct {
	// observedGeneration is the generation of the spec that this status describes; -1
	// until the operator has seen the provider.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// type is oidc, oauth2 or ldap.
	// +optional
	Type string `json:"type,omitempty"`

	// redirectURI is the URI to register at the provider (RFC 6749 section 3.1.2).
	// +optional
	RedirectURI string `json:"redirectURI,omitempty"`

	// conditions are Accepted, CredentialsReady, Reachable and Ready, and Reconciling or
	// Stalled while they are true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
