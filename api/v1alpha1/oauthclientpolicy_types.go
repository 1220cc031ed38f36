package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthClientPolicy says what clients of selected namespaces may do at the OAuthServers
// in its own namespace. It widens or narrows what clients may do without a policy.
// Users who may write OAuthClientPolicies in the namespace of a server are
// administrators of every client of that server.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oacp,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Clients",type=integer,JSONPath=`.status.clients`
// +kubebuilder:printcolumn:name="Refused",type=integer,JSONPath=`.status.refused`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type OAuthClientPolicy struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what clients may do.
	// +required
	Spec OAuthClientPolicySpec `json:"spec"`

	// status is what the operator reports. No decision depends on it.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthClientPolicyStatus `json:"status,omitzero"`
}

// OAuthClientPolicyList is a list of OAuthClientPolicies.
//
// +kubebuilder:object:root=true
type OAuthClientPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthClientPolicy `json:"items"`
}

// OAuthClientPolicySpec is what clients may do. A list that is set replaces what
// applies without a policy; a list that is not set changes nothing. If several policies
// match a client, a list allows everything that at least one of them allows, the
// smallest maximum applies, and a requirement applies if any of them has it.
type OAuthClientPolicySpec struct {
	// serverName is the OAuthServer in the policy's namespace to whose clients the
	// policy applies. Default: every OAuthServer there. A name that does not exist
	// gives Ready=False with reason ServerNotFound.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	ServerName string `json:"serverName,omitempty"`

	// namespaceSelector selects, by their labels, the namespaces to whose clients the
	// policy applies; {} is all of them. A key or a value that no label can have gives
	// Ready=False with reason SelectorInvalid, and matches no namespace.
	// +required
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, e.operator in ['In','NotIn','Exists','DoesNotExist'])",message="operator is In, NotIn, Exists or DoesNotExist"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, (e.operator in ['In','NotIn']) == (has(e.values) && size(e.values) > 0))",message="values are needed exactly when operator is In or NotIn"
	NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`

	// redirectHosts are the hosts that redirectURIs, postLogoutRedirectURIs and
	// allowedOrigins may have: exactly, as in app.example.com, localhost or [::1]; with
	// everything below, as in *.example.com, which app.example.com and
	// a.b.example.com match and example.com does not; or "*" for everything. A private
	// scheme is listed with its colon, as in com.example.app:. {namespace} stands for
	// the client's namespace. Without a policy all are allowed. Others give
	// Accepted=False with reason RedirectHostNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	RedirectHosts []HostPattern `json:"redirectHosts,omitempty"`

	// redirectSchemes are the private schemes without a dot that redirectURIs and
	// postLogoutRedirectURIs may have, as in oc for oc://ios.owncloud.com. Any program on a
	// device can claim such a scheme (RFC 8252 section 7.1), so a client that has one in
	// redirectURIs needs PKCE. redirectHosts does not apply to them. Without a policy, none
	// are allowed. Others give Accepted=False with reason RedirectSchemeNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	RedirectSchemes []RedirectScheme `json:"redirectSchemes,omitempty"`

	// clientIDs are the client IDs that clients may have, including default ones:
	// exactly, or all with the same beginning, as in {namespace}.*, where {namespace}
	// stands for the client's namespace. URLs of metadata documents need a pattern that is
	// a URL, such as https://agent.example.com/*. Without a policy, allowed are those that
	// begin with the client's namespace and a dot, and all in the server's namespace.
	// Others give Accepted=False with reason ClientIDNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	ClientIDs []ClientIDPattern `json:"clientIDs,omitempty"`

	// scopes are those of the OAuthServer's catalogue that clients may ask for. Without
	// a policy, all that are not restricted are allowed. Others give Accepted=False
	// with reason ScopeNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Scopes []Scope `json:"scopes,omitempty"`

	// grantTypes are those that clients may use. Without a policy, all are allowed.
	// Others give Accepted=False with reason GrantTypeNotAllowed, also if they are the
	// default: a client without grantTypes has authorization_code and refresh_token.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	GrantTypes []GrantType `json:"grantTypes,omitempty"`

	// authenticationMethods are the values that authentication.method may have. Without
	// a policy, all are allowed. Others give Accepted=False with reason
	// AuthenticationMethodNotAllowed. If only one of client_secret_basic and
	// client_secret_post is listed, a client secret that is sent in the other way is
	// answered with invalid_client.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	AuthenticationMethods []AuthenticationMethod `json:"authenticationMethods,omitempty"`

	// federatedIssuers are the trusted issuers of the OAuthServer that clients may name in
	// authentication.federated and tokenExchange, by their names: exactly, or all with the same beginning, as
	// in ci.* or {namespace}.*, where {namespace} stands for the client's namespace. Without
	// a policy, all are allowed. Others give Accepted=False with reason
	// TrustedIssuerNotAllowed. The namespaces of a trusted issuer apply in any case.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	FederatedIssuers []TrustedIssuerPattern `json:"federatedIssuers,omitempty"`

	// audiences are the resource servers that clients may request tokens for, in
	// addition to the issuer: exactly, all with the same beginning, as in
	// {namespace}.*, or "*" for all, including those that the OAuthServer lists as
	// restricted. Without a policy, allowed are those in the OAuthServer's catalogue
	// that are not restricted, and client IDs of the client's own namespace. Others give
	// Accepted=False with reason AudienceNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Audiences []AudiencePattern `json:"audiences,omitempty"`

	// resourceHosts are the hosts that identifiers of OAuthResources may have, written as
	// in redirectHosts. Without a policy, none are allowed outside the server's own
	// namespace. The hosts of the issuer, of spec.clientCertificates and of an audience in
	// spec.audiences of the server are only allowed if they are written out. Others give
	// Accepted=False with reason HostNotOwned.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	ResourceHosts []HostPattern `json:"resourceHosts,omitempty"`

	// startPageHosts are the hosts that clientURI of clients with startPage Show may have,
	// written as in redirectHosts. The start page shows such clients to all users whom
	// their access lets in, under names that the clients choose. Without a policy, none are
	// allowed outside the server's own namespace. The host of the issuer is only allowed
	// if it is written out. Others give Accepted=False with reason StartPageNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	StartPageHosts []HostPattern `json:"startPageHosts,omitempty"`

	// consent are the values that consent may have. Without a policy, Remember and
	// Prompt are allowed. Skip gives the owner of a client tokens of every user who is
	// signed in, without asking them. Others give Accepted=False with reason
	// ConsentNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	Consent []ConsentMode `json:"consent,omitempty"`

	// tokenExchangeActors are the values that tokenExchange.actor may have. Without a
	// policy, Required is allowed. Omit lets a client exchange tokens for some that do not
	// tell it from their subject. Others give Accepted=False with reason ActorNotAllowed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	TokenExchangeActors []TokenExchangeActor `json:"tokenExchangeActors,omitempty"`

	// tokenExchange is what clients may get by exchanging tokens of users. Without a policy,
	// an exchanged token of a user is for an audience that the user was asked for, or for one
	// of the namespace of the client that exchanges it, with scopes that the user was asked
	// for. BeyondConsent also allows the other audiences of that client, and all of its
	// tokenExchange.scopes. Other values are refused.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1
	TokenExchange []TokenExchangePermission `json:"tokenExchange,omitempty"`

	// maximum limits the lifetimes of tokens and the number of clients. Default: no
	// limits except those of the OAuthServer.
	// +optional
	Maximum PolicyMaximum `json:"maximum,omitzero"`

	// require is what clients must have in addition to what the schema requires.
	// Default: nothing.
	// +optional
	Require PolicyRequirements `json:"require,omitzero"`
}

// PolicyMaximum limits what clients may set. A client that sets more is refused; a
// client that sets nothing gets the OAuthServer's default, or the maximum if that is
// less.
type PolicyMaximum struct {
	// accessTokenLifetime is the longest tokens.accessToken.lifetime, between 1s and
	// 24h. More gives Accepted=False with reason LifetimeNotAllowed.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="accessTokenLifetime must be between 1s and 24h"
	AccessTokenLifetime *metav1.Duration `json:"accessTokenLifetime,omitempty"`

	// refreshTokenLifetime is the longest tokens.refreshToken.lifetime and idleLifetime,
	// between 1s and 87600h. More gives Accepted=False with reason LifetimeNotAllowed.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('87600h')",message="refreshTokenLifetime must be between 1s and 87600h"
	RefreshTokenLifetime *metav1.Duration `json:"refreshTokenLifetime,omitempty"`

	// idTokenLifetime is the longest tokens.idToken.lifetime, between 1s and 24h. More
	// gives Accepted=False with reason LifetimeNotAllowed.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="idTokenLifetime must be between 1s and 24h"
	IDTokenLifetime *metav1.Duration `json:"idTokenLifetime,omitempty"`

	// clientsPerNamespace is how many clients one namespace may have at one
	// OAuthServer, including suspended and refused ones. The oldest (by creation, then
	// UID) are accepted, and the others give Accepted=False with reason TooManyClients.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	ClientsPerNamespace *int32 `json:"clientsPerNamespace,omitempty"`
}

// OAuthClientPolicyStatus is what the operator reports about a policy.
type OAuthClientPolicyStatus struct {
	// observedGeneration is the generation of the spec that this status describes; -1
	// until the operator has seen the policy.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// clients is how many OAuthClients the policy matches. It is updated within
	// seconds.
	// +optional
	Clients int64 `json:"clients,omitempty"`

	// refused is how many of them are refused because of the policy.
	// +optional
	Refused int64 `json:"refused,omitempty"`

	// conditions are Ready, and Stalled while it is true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
