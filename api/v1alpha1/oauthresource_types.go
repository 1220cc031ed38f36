package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthResource is a protected resource (RFC 9728): an API or an MCP server for which
// clients request access tokens. It has an identifier, which is the resource of a request
// (RFC 8707) and the aud of a token, scopes of its own, and rules about who may ask for it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oar,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Identifier",type=string,JSONPath=`.spec.identifier`
// +kubebuilder:printcolumn:name="Metadata",type=string,priority=1,JSONPath=`.status.metadataURL`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type OAuthResource struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the resource.
	// +required
	Spec OAuthResourceSpec `json:"spec"`

	// status is what the operator reports. The authorization server reads nothing from it.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthResourceStatus `json:"status,omitzero"`
}

// OAuthResourceList is a list of OAuthResources.
//
// +kubebuilder:object:root=true
type OAuthResourceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthResource `json:"items"`
}

// OAuthResourceSpec describes a protected resource.
//
// +kubebuilder:validation:XValidation:rule="has(self.serverRef) == has(oldSelf.serverRef) && (!has(self.serverRef) || self.serverRef == oldSelf.serverRef)",message="serverRef cannot be changed, set or removed later; create another OAuthResource instead"
type OAuthResourceSpec struct {
	// serverRef names the OAuthServer that issues tokens for the resource. Default: the
	// OAuthServer that is marked spec.default. Immutable; it cannot be set or removed
	// later. A server that does not exist gives Accepted=False with reason
	// ServerNotFound, no default server NoDefaultServer, a server that does not take
	// clients from this namespace NamespaceNotAllowed.
	// +optional
	ServerRef *ServerReference `json:"serverRef,omitempty"`

	// identifier is the resource that requests name and the aud of tokens (RFC 8707
	// section 2): an https URL such as https://mcp.example.com/tickets, or a name that
	// begins with the namespace and a dot, such as support.tickets. Immutable. A URL has
	// one spelling: lower case before the path, no default port, no slash at the end and
	// no percent-encoding. An OAuthClientPolicy of the server must allow its host to this
	// namespace with resourceHosts; otherwise Accepted=False with reason HostNotOwned.
	// The server's own namespace may use any. Of two resources with the same identifier,
	// the older one keeps it and the other one gets IdentifierConflict. An identifier in
	// the OAuthServer's spec.audiences, the issuer, and a name that is the host of one of
	// these give IdentifierNotAllowed. Of more than 100 resources in a namespace the
	// oldest are accepted, and others get TooManyResources.
	// +required
	Identifier ResourceIdentifier `json:"identifier"`

	// displayName is how the consent page and the account page call the resource, next
	// to its identifier. Default: only the identifier is shown. Control and formatting
	// characters and white space other than single spaces between words are refused.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	DisplayName string `json:"displayName,omitempty"`

	// scopes that clients may ask for together with this resource. They mean nothing
	// without it, so several resources can have scopes of the same name. The first one
	// is in status.challenge. A name that the OAuthServer lists in spec.scopes gives
	// Accepted=False with reason ScopeNotAllowed.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Scopes []ResourceScope `json:"scopes,omitempty"`

	// access restricts which users may use the resource, whatever client they use.
	// Default: all users. Users without access get access_denied; refresh tokens get
	// access tokens without the resource, and access tokens are inactive.
	// +optional
	Access ClientAccess `json:"access,omitzero"`

	// clients are those that may ask for the resource. They need not list it in
	// spec.audiences, and listing it is not enough. An OAuthClientPolicy with audiences
	// or scopes must allow the identifier and the scopes too.
	// +optional
	// +kubebuilder:default={namespaces:{from:Same},metadataDocuments:Deny,registered:Deny,workloads:Deny}
	Clients ResourceClients `json:"clients,omitzero"`

	// discovery is Listed if the server's metadata names the resource in
	// protected_resources, which everyone can read. It must be a URL, and of a namespace
	// the first 16 by identifier are listed. Default: Unlisted.
	// +optional
	// +kubebuilder:default=Unlisted
	Discovery ResourceDiscovery `json:"discovery,omitempty"`

	// tokens are limits for access tokens with this resource as audience.
	// +optional
	Tokens ResourceTokens `json:"tokens,omitzero"`

	// introspectors are the client IDs of the clients that may introspect access tokens
	// with this resource as audience (RFC 7662), such as that of the API itself. Default:
	// only the client to which a token was issued.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=300
	// +kubebuilder:validation:items:Pattern=`^[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?$`
	Introspectors []string `json:"introspectors,omitempty"`
}

// ResourceIdentifier is an https URL in one spelling, or a name that begins with a
// namespace.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="identifier cannot be changed later; create another OAuthResource instead"
// +kubebuilder:validation:XValidation:rule="self.matches('^(https://[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/[A-Za-z0-9._~-]+)*|[a-z0-9]([a-z0-9-]*[a-z0-9])?\\\\.[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?)$')",message="identifier must be an https URL with a lower-case host name and a path of letters, digits and . _ ~ -, without a slash at the end, such as https://mcp.example.com/tickets, or a name such as namespace.tickets"
// +kubebuilder:validation:XValidation:rule="!self.matches('^https://[^/]*:443(/|$)') && !self.matches('/\\\\.\\\\.?(/|$)')",message="identifier must not name the default port 443 or contain the path segments . and .., which have another spelling"
type ResourceIdentifier string

// ResourceScope is a scope of a resource.
//
// +kubebuilder:validation:XValidation:rule="!(self.name in ['openid','offline_access','profile','email','address','phone','groups'])",message="name has a meaning of its own in OpenID Connect; choose another"
type ResourceScope struct {
	// name is the scope as clients ask for it.
	// +required
	Name Scope `json:"name"`

	// description is a sentence for the user who is asked for consent. Default: users
	// see the name.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:Pattern=`^[^\p{C}]*$`
	Description string `json:"description,omitempty"`
}

// ResourceClients selects the clients that may ask for a resource.
type ResourceClients struct {
	// namespaces are those of the clients.
	// +optional
	// +kubebuilder:default={from:Same}
	Namespaces ResourceNamespaces `json:"namespaces,omitzero"`

	// metadataDocuments is Allow if clients without an OAuthClient, which the OAuthServer
	// accepts with spec.clientMetadataDocuments, may ask for the resource too. Policies do
	// not apply to them. Default: Deny.
	// +optional
	// +kubebuilder:default=Deny
	MetadataDocuments ResourceClientsRule `json:"metadataDocuments,omitempty"`

	// registered is Allow if clients that registered without a token, which the OAuthServer
	// accepts with spec.registration.anonymous, may ask for the resource too. Policies do
	// not apply to them. Default: Deny.
	// +optional
	// +kubebuilder:default=Deny
	Registered ResourceClientsRule `json:"registered,omitempty"`

	// workloads is Allow if these clients may also request tokens of their own, without
	// a user, with client_credentials: with any of the scopes. Default: Deny.
	// +optional
	// +kubebuilder:default=Deny
	Workloads ResourceClientsRule `json:"workloads,omitempty"`
}

// ResourceNamespaces selects namespaces of clients.
//
// +kubebuilder:validation:XValidation:rule="(self.from == 'Selector') == has(self.selector)",message="selector is needed exactly when from is Selector"
// +kubebuilder:validation:XValidation:rule="!has(self.selector) || (!has(self.selector.matchLabels) || size(self.selector.matchLabels) <= 16) && (!has(self.selector.matchExpressions) || size(self.selector.matchExpressions) <= 16)",message="selector has at most 16 labels and 16 expressions"
type ResourceNamespaces struct {
	// from is Same (the resource's namespace), All, or Selector.
	// +optional
	// +kubebuilder:default=Same
	From NamespacesFrom `json:"from,omitempty"`

	// selector selects namespaces by their labels; required if from is Selector, and
	// not allowed otherwise. A selector that cannot be parsed selects nothing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// ResourceClientsRule says whether clients of a kind may ask for a resource.
//
// +kubebuilder:validation:Enum=Deny;Allow
type ResourceClientsRule string

// Whether clients of a kind may ask for a resource.
const (
	ResourceClientsDeny  ResourceClientsRule = "Deny"
	ResourceClientsAllow ResourceClientsRule = "Allow"
)

// ResourceDiscovery says whether the server's metadata names a resource.
//
// +kubebuilder:validation:Enum=Unlisted;Listed
type ResourceDiscovery string

// Whether the server's metadata names a resource.
const (
	ResourceUnlisted ResourceDiscovery = "Unlisted"
	ResourceListed   ResourceDiscovery = "Listed"
)

// ResourceTokens are limits for access tokens.
type ResourceTokens struct {
	// lifetime is the longest lifetime of an access token, between 1s and 24h, in whole
	// seconds, such as 10m. Default: the client's.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="lifetime must be between 1s and 24h"
	Lifetime *metav1.Duration `json:"lifetime,omitempty"`

	// binding is what access tokens are at least bound to, as
	// spec.tokens.accessToken.binding of an OAuthClient. If the client requires DPoP and
	// the resource a certificate, or the other way round, requests get invalid_target.
	// Default: IfProved.
	// +optional
	Binding AccessTokenBinding `json:"binding,omitempty"`
}

// OAuthResourceStatus is what the operator reports about a resource.
type OAuthResourceStatus struct {
	// observedGeneration is the generation of the spec that this status describes; -1
	// until the operator has seen the resource.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// issuer is the issuer URL of the server that issues tokens for the resource.
	// +optional
	Issuer string `json:"issuer,omitempty"`

	// metadataURL is where the server publishes the metadata of the resource (RFC 9728
	// section 3).
	// +optional
	MetadataURL string `json:"metadataURL,omitempty"`

	// challenge is the WWW-Authenticate header with which the resource answers requests
	// without a valid access token (RFC 9728 section 5.1).
	// +optional
	Challenge string `json:"challenge,omitempty"`

	// conditions are Accepted and Ready, and Reconciling or Stalled while they are true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
