package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServerRegistration says who may register clients at the server's registration endpoint
// (RFC 7591).
type ServerRegistration struct {
	// namespaces are where clients that are registered become OAuthClients, and who may
	// register them: up to 32 entries, of which the first that names the caller counts.
	// Policies of a namespace apply to what is registered in it. The operator needs a Role
	// in each of these namespaces that lets it create, update and delete OAuthClients;
	// without it, requests are answered with temporarily_unavailable, and the condition
	// RegistrationReady is False with reason RegistrationNotPermitted. Default: none, and
	// requests with a token are refused with invalid_token.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Namespaces []RegistrationNamespaces `json:"namespaces,omitempty"`

	// anonymous is about clients that register without a token. Default: they cannot.
	// +optional
	Anonymous AnonymousRegistration `json:"anonymous,omitzero"`

	// limits are about the OAuthClients that were registered.
	// +optional
	// +kubebuilder:default={perNamespace:50}
	Limits RegistrationLimits `json:"limits,omitzero"`
}

// RegistrationNamespaces is a namespace, or some, in which clients can be registered.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) != has(self.selector)",message="an entry of registration.namespaces needs either name or selector"
// +kubebuilder:validation:XValidation:rule="!has(self.selector) || !has(self.tokens)",message="tokens needs name: a token does not say which of the selected namespaces it is for"
// +kubebuilder:validation:XValidation:rule="has(self.tokens) || has(self.serviceAccounts) && self.serviceAccounts == 'Own'",message="an entry of registration.namespaces needs tokens, or serviceAccounts: Own"
// +kubebuilder:validation:XValidation:rule="!has(self.selector) || (!has(self.selector.matchLabels) || size(self.selector.matchLabels) <= 16) && (!has(self.selector.matchExpressions) || size(self.selector.matchExpressions) <= 16)",message="selector has at most 16 labels and 16 expressions"
type RegistrationNamespaces struct {
	// name is the namespace. Either name or selector is required.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name,omitempty"`

	// selector selects namespaces by their labels. One that cannot be parsed, or that is
	// empty, selects nothing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`

	// tokens are the access tokens with which clients are registered in the namespace
	// (the initial access tokens of RFC 7591 section 3). Only with name. Default: none.
	// +optional
	Tokens *RegistrationTokens `json:"tokens,omitempty"`

	// serviceAccounts is Own if a ServiceAccount may register clients in its own
	// namespace, if that is this one or selected, with a token of its own whose audience
	// is the issuer. Other values than Own and Deny are refused. Default: Deny.
	// +optional
	ServiceAccounts RegistrationServiceAccounts `json:"serviceAccounts,omitempty"`
}

// RegistrationTokens are the access tokens with which clients are registered.
type RegistrationTokens struct {
	// clients are the client IDs of those whose access tokens count: between 1 and 32.
	// The token is for the issuer and has the scope registration, which the OAuthServer
	// must list in spec.scopes; mark it as restricted there.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=300
	// +kubebuilder:validation:items:Pattern=`^[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?$`
	Clients []string `json:"clients"`
}

// RegistrationServiceAccounts says whether ServiceAccounts may register clients.
//
// +kubebuilder:validation:Enum=Deny;Own
type RegistrationServiceAccounts string

// Whether ServiceAccounts may register clients.
const (
	RegistrationServiceAccountsDeny RegistrationServiceAccounts = "Deny"
	RegistrationServiceAccountsOwn  RegistrationServiceAccounts = "Own"
)

// AnonymousRegistration is about clients that register without a token. Nothing is stored:
// all that such a client registers is sealed in its client ID.
type AnonymousRegistration struct {
	// mode is Deny (the default) or Sealed: whether anyone may register clients. With
	// Deny, clients that were registered before are unknown, and their sessions end. With
	// Sealed again, those that are not too old are known again: to end them for good, set
	// notBefore, too. Other values are refused.
	// +optional
	Mode AnonymousRegistrationMode `json:"mode,omitempty"`

	// redirectHosts are the hosts to which the clients may have users sent: up to 64 names
	// in lower case, for https redirect URIs, and localhost, 127.0.0.1 and [::1], which
	// stand for a program on the user's computer, for http redirect URIs with any port. A
	// leading "*." stands for one or more whole labels, and a port other than 443 is part
	// of the host. All redirect URIs of a client must be at one of these; others get
	// invalid_redirect_uri. Anyone can register a client with any name, and users see the
	// host, so do not name a host at which anyone may publish. A host that is removed here
	// ends the clients that need it until it is named again, unless they are too old
	// then. An empty list is refused. Default: localhost, 127.0.0.1 and [::1].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	RedirectHosts []RedirectHost `json:"redirectHosts,omitempty"`

	// scopes are the scopes that the clients may ask for: up to 128 of the server's
	// catalogue (spec.scopes), also restricted ones. One that is not in the catalogue is
	// ignored. Default: none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	Scopes []Scope `json:"scopes,omitempty"`

	// audiences are the resource servers that the clients may request tokens for: up to
	// 128 of the server's catalogue (spec.audiences), also restricted ones, or any if the
	// catalogue has "*". One that is not in the catalogue is ignored. An OAuthResource says
	// so itself with clients.registered. Default: none, and tokens are for the issuer.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	// +kubebuilder:validation:XValidation:rule="self.all(a, a != '*')",message="audiences must be names; * is only for the catalogue"
	Audiences []Audience `json:"audiences,omitempty"`

	// lifetime is how long a registration lasts, between 1h and 2160h, in whole seconds.
	// After that the client is unknown, gets invalid_client and registers again. A shorter
	// one ends older registrations, too, and a longer one makes those count again that are
	// not older, also their secrets. Default: 720h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1h') && duration(self) <= duration('2160h')",message="lifetime must be between 1h and 2160h"
	Lifetime *metav1.Duration `json:"lifetime,omitempty"`

	// notBefore ends all clients that were registered before this time, and their
	// sessions. Set it to the present time to end all. Until a time in the future, nothing
	// can register: temporarily_unavailable. Those who register within the same second
	// still count. Default: none ends.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	NotBefore *metav1.Time `json:"notBefore,omitempty"`
}

// AnonymousRegistrationMode says whether clients can register without a token.
//
// +kubebuilder:validation:Enum=Deny;Sealed
type AnonymousRegistrationMode string

// Whether clients can register without a token.
const (
	AnonymousRegistrationDeny   AnonymousRegistrationMode = "Deny"
	AnonymousRegistrationSealed AnonymousRegistrationMode = "Sealed"
)

// RedirectHost is a host name in lower case, optionally with a leading "*." and a port other
// than 443, or 127.0.0.1 or [::1].
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^(\[::1\]|(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,4})?)$`
// +kubebuilder:validation:XValidation:rule="self == '127.0.0.1' || !self.matches('(^|[.])([0-9]+|0x[0-9a-f]*)(:[0-9]+)?$')",message="a host must be a name, 127.0.0.1 or [::1]; no other IP address"
// +kubebuilder:validation:XValidation:rule="!self.matches(':(443|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})$') && !self.matches('^localhost:')",message="the port of a host must not be 443, which is left out, or above 65535, and localhost has any port"
type RedirectHost string

// RegistrationLimits are about the OAuthClients that were registered.
type RegistrationLimits struct {
	// perNamespace is how many of them a namespace may have, between 1 and 1000. More are
	// refused with temporarily_unavailable. Default: 50.
	// +optional
	// +kubebuilder:default=50
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	PerNamespace int32 `json:"perNamespace,omitempty"`
}
