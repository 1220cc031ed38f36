package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthServer is an authorization server: an issuer with its keys, scopes and rules.
// Users who may edit it are administrators of every client that it serves.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oas,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Issuer",type=string,JSONPath=`.spec.issuer`
// +kubebuilder:printcolumn:name="Default",type=string,JSONPath=`.status.conditions[?(@.type=="Default")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Next Key",type=string,priority=1,JSONPath=`.status.nextKeyRotation`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="metadata.name must have at most 63 characters, so that the names made from it fit"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.deployment) || self.metadata.name.matches('^[a-z]([a-z0-9-]{0,55}[a-z0-9])?$')",message="with deployment metadata.name must be a label of at most 57 characters that begins with a letter, so that a Service can be named after it"
type OAuthServer struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the server.
	// +required
	Spec OAuthServerSpec `json:"spec"`

	// status is what the operator reports.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthServerStatus `json:"status,omitzero"`
}

// OAuthServerList is a list of OAuthServers.
//
// +kubebuilder:object:root=true
type OAuthServerList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthServer `json:"items"`
}

// OAuthServerSpec describes an authorization server.
//
// +kubebuilder:validation:XValidation:rule="has(self.deployment) || !has(self.tls) && !has(self.exposure)",message="tls and exposure are about what the operator deploys, so they need deployment"
// +kubebuilder:validation:XValidation:rule="has(self.deployment) && has(self.tls) || !has(self.clientCertificates) || has(self.deployment) && has(self.clientCertificates.header)",message="clientCertificates needs deployment, and tls or header: certificates of clients are seen where TLS ends"
// +kubebuilder:validation:XValidation:rule="!has(self.clientCertificates) || !has(self.clientCertificates.header) || has(self.http) && has(self.http.trustedProxies) && self.http.trustedProxies.size() > 0",message="clientCertificates.header needs http.trustedProxies: from any other program the header is ignored"
// +kubebuilder:validation:XValidation:rule="!has(self.clientCertificates) || !(self.issuer.lowerAscii() + '/').replace(':443/', '/').startsWith('https://' + (self.clientCertificates.host.lowerAscii() + '/').replace(':443/', '/'))",message="clientCertificates.host must not be the host of the issuer, where browsers would be asked for certificates"
// +kubebuilder:validation:XValidation:rule="has(self.deployment) || !(has(self.outbound) && has(self.outbound.caRef)) && !(has(self.sessions) && has(self.sessions.kubeconfigRef))",message="outbound.caRef and sessions.kubeconfigRef are mounted into what the operator deploys, so they need deployment"
type OAuthServerSpec struct {
	// issuer is the issuer URL (RFC 8414 section 2): https, or http on a loopback
	// address; without query, fragment, user information and trailing slash. All
	// endpoints are below it. Changing it changes the Secrets of all clients and ends
	// the tokens that name the old issuer. Passkeys work only at the host for which they were
	// made.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^(https://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))\\\\])|http://(localhost|127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]))(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/[A-Za-z0-9._~-]+)*$')",message="issuer must be an https URL, or http on localhost, 127.0.0.1 or [::1], without query, fragment, user information and trailing slash"
	// +kubebuilder:validation:XValidation:rule="!self.matches('/\\\\.\\\\.?(/|$)')",message="issuer must not contain the path segments . and .., which clients resolve before they ask"
	Issuer string `json:"issuer"`

	// default makes this the server of clients without serverRef. If two servers are
	// marked as default, the older one (by creation, then UID) is used, and the other
	// one says so in its condition Default. Clients that are already bound stay with
	// their server.
	// +optional
	Default bool `json:"default,omitempty"`

	// clientNamespaces are the namespaces from which this server accepts clients.
	// Clients in other namespaces get Accepted=False with reason NamespaceNotAllowed.
	// +optional
	// +kubebuilder:default={from:Same}
	ClientNamespaces ClientNamespaces `json:"clientNamespaces,omitzero"`

	// scopes is the catalogue of scopes that clients may ask for.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=128
	Scopes []ScopeDefinition `json:"scopes,omitempty"`

	// audiences is the catalogue of resource servers that clients may request tokens
	// for. The name "*" allows any audience that is not listed as restricted, for a
	// cluster of one team.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=128
	Audiences []AudienceDefinition `json:"audiences,omitempty"`

	// trustedIssuers are the issuers of tokens with which clients can authenticate instead
	// of a secret, such as GitHub Actions, another cluster or a SPIFFE trust domain. A
	// client names them in authentication.federated. Replicas apply changes at once.
	// Default: none.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	TrustedIssuers []TrustedIssuer `json:"trustedIssuers,omitempty"`

	// tokens are the defaults for the tokens of all clients.
	// +optional
	// +kubebuilder:default={accessToken:{format:JWT,lifetime:"15m"},refreshToken:{lifetime:"720h",idleLifetime:"168h",gracePeriod:"10s"},idToken:{lifetime:"5m",algorithm:RS256,claims:Granted},authorizationCode:{lifetime:"60s"}}
	Tokens ServerTokens `json:"tokens,omitzero"`

	// login is how users sign in.
	// +optional
	// +kubebuilder:default={sessionLifetime:"12h",pageLifetime:"30m"}
	Login ServerLogin `json:"login,omitzero"`

	// keys is how tokens are signed, and when keys are replaced.
	// +optional
	// +kubebuilder:default={algorithm:ES256,rotationInterval:"720h"}
	Keys ServerKeys `json:"keys,omitzero"`

	// sessions limits what the server stores about users.
	// +optional
	// +kubebuilder:default={maxGrants:100000,maxGrantsPerClient:50000}
	Sessions ServerSessions `json:"sessions,omitzero"`

	// clientSecrets is about the client secrets that the operator makes.
	// +optional
	ClientSecrets ServerClientSecrets `json:"clientSecrets,omitzero"`

	// clientMetadataDocuments lets clients sign users in that have no OAuthClient and are
	// not registered: their client ID is the URL of a metadata document, as those of MCP
	// clients are (draft-ietf-oauth-client-id-metadata-document). They have no client
	// secret, must use PKCE, and users are asked for consent each time. Replicas apply
	// changes at once; sessions of clients that are no longer accepted end. Default: such
	// client IDs are unknown.
	// +optional
	ClientMetadataDocuments *ServerClientMetadataDocuments `json:"clientMetadataDocuments,omitempty"`

	// registration lets programs register clients at the server (RFC 7591): as OAuthClients,
	// with a token, or without a token and without anything being stored. Replicas apply
	// changes at once. Default: clients cannot be registered, and discovery has no
	// registration_endpoint.
	// +optional
	Registration *ServerRegistration `json:"registration,omitempty"`

	// compatibility lists other systems whose OAuth endpoints the server has as well, so that
	// applications that were written for one of them need nothing but another host name:
	// cloudron, owncloud, gancio and coder, each at most once. Their paths are below the
	// issuer, lead to the endpoints that the server has anyway, and are not in discovery.
	// Clients, scopes, consent and tokens are those of this server. The condition
	// CompatibilityReady says what a system needs and the server lacks. Replicas apply
	// changes at once. Default: none, and their paths are answered with 404.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=4
	Compatibility []CompatibilityProfile `json:"compatibility,omitempty"`

	// http is about the requests that the server gets.
	// +optional
	HTTP ServerHTTP `json:"http,omitzero"`

	// outbound is about the requests that the server sends for clients.
	// +optional
	Outbound ServerOutbound `json:"outbound,omitzero"`

	// logLevel is the lowest level that the server logs: debug, info, warn or error.
	// Default: info. Lines of the audit log have the level info. Replicas apply changes
	// at once. The flag --log-level of a server that you run yourself takes precedence.
	// +optional
	// +kubebuilder:default=info
	LogLevel LogLevel `json:"logLevel,omitempty"`

	// telemetry says where the server sends traces. Replicas apply changes at once. The
	// flags --otlp-endpoint and --otlp-sample-ratio of a server that you run yourself
	// take precedence.
	// +optional
	Telemetry ServerTelemetry `json:"telemetry,omitzero"`

	// deployment lets the operator run the server. Without it the operator deploys
	// nothing, and removes what it had deployed.
	// +optional
	Deployment *ServerDeployment `json:"deployment,omitempty"`

	// tls is the certificate with which the pods serve https. Default: http, behind a
	// proxy that terminates TLS. Needs deployment.
	// +optional
	TLS *ServerTLS `json:"tls,omitempty"`

	// clientCertificates lets clients present certificates, for the methods
	// self_signed_tls_client_auth and, with caRef, tls_client_auth. They use a host and a
	// port of their own, so browsers are never asked for a certificate. Default: there is
	// no such port. Needs deployment, and tls or header. Changing it restarts the pods one
	// after the other.
	// +optional
	ClientCertificates *ServerClientCertificates `json:"clientCertificates,omitempty"`

	// exposure makes the pods reachable from outside the cluster. Default: only a
	// Service. Needs deployment.
	// +optional
	Exposure *ServerExposure `json:"exposure,omitempty"`
}

// ClientNamespaces selects namespaces by the clients in them.
//
// +kubebuilder:validation:XValidation:rule="(self.from == 'Selector') == has(self.selector)",message="selector is needed exactly when from is Selector"
type ClientNamespaces struct {
	// from is Same (the server's namespace), All, or Selector.
	// +optional
	// +kubebuilder:default=Same
	From NamespacesFrom `json:"from,omitempty"`

	// selector selects namespaces by their labels; required if from is Selector, and
	// not allowed otherwise. A selector that cannot be parsed selects nothing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// NamespacesFrom says in which namespaces clients may be.
//
// +kubebuilder:validation:Enum=Same;All;Selector
type NamespacesFrom string

// In which namespaces clients may be.
const (
	NamespacesFromSame     NamespacesFrom = "Same"
	NamespacesFromAll      NamespacesFrom = "All"
	NamespacesFromSelector NamespacesFrom = "Selector"
)

// ScopeDefinition is one scope of the catalogue.
type ScopeDefinition struct {
	// name is the scope as clients ask for it.
	// +required
	Name Scope `json:"name"`

	// description is a sentence for the user who is asked for consent, and for the team
	// that writes a client. Default: users see the name. The pages say in their own
	// words what offline_access means.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:Pattern=`^[^\p{C}]*$`
	Description string `json:"description,omitempty"`

	// restricted refuses the scope to every client for which no OAuthClientPolicy
	// allows it: Accepted=False with reason ScopeNotAllowed.
	// +optional
	Restricted bool `json:"restricted,omitempty"`
}

// AudienceDefinition is one resource server of the catalogue.
//
// +kubebuilder:validation:XValidation:rule="self.name != '*' || !has(self.displayName) && !(has(self.restricted) && self.restricted)",message="the audience * stands for all that are not listed, so it has no displayName and cannot be restricted; remove it to allow only listed audiences"
type AudienceDefinition struct {
	// name is the audience as clients ask for it and as it appears in a token's aud,
	// or "*".
	// +required
	Name Audience `json:"name"`

	// displayName is how the consent page and the account page call the resource
	// server, next to its name. Default: only the name is shown. Control and formatting
	// characters and white space other than single spaces between words are refused.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	DisplayName string `json:"displayName,omitempty"`

	// restricted refuses the audience to every client for which no OAuthClientPolicy
	// allows it, also to clients in whose namespace it is a client ID:
	// Accepted=False with reason AudienceNotAllowed.
	// +optional
	Restricted bool `json:"restricted,omitempty"`
}
