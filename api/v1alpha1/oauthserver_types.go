package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthServer is an authorization server: an issuer with its keys, scopes and
// rules. Whoever may edit it is an administrator of every client it serves.
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

	// spec is what the server should be.
	// +required
	Spec OAuthServerSpec `json:"spec"`

	// status is what the operator made of it.
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

// OAuthServerSpec is what an authorization server should be.
//
// +kubebuilder:validation:XValidation:rule="has(self.deployment) || !has(self.tls) && !has(self.exposure)",message="tls and exposure are about what the operator deploys, so they need deployment"
type OAuthServerSpec struct {
	// issuer is the issuer URL (RFC 8414 section 2): https, or http on a loopback
	// address; without query, fragment, user information and trailing slash. All
	// endpoints lie below it. Changing it changes the Secrets of all clients and
	// ends the tokens that name the former issuer.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^(https://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))\\\\])|http://(localhost|127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]))(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/[A-Za-z0-9._~-]+)*$')",message="issuer must be an https URL, or http on localhost, 127.0.0.1 or [::1], without query, fragment, user information and trailing slash"
	// +kubebuilder:validation:XValidation:rule="!self.matches('/\\\\.\\\\.?(/|$)')",message="issuer must not contain the path segments . and .., which clients resolve before they ask"
	Issuer string `json:"issuer"`

	// default makes this the server of clients without serverRef. Of two servers
	// that are marked so the older (by creation, then UID) wins; the other says so
	// in its Default condition. Clients that are bound already stay where they are.
	// +optional
	Default bool `json:"default,omitempty"`

	// clientNamespaces are the namespaces whose clients this server takes. Clients
	// elsewhere get Accepted=False with reason NamespaceNotAllowed.
	// +optional
	// +kubebuilder:default={from:Same}
	ClientNamespaces ClientNamespaces `json:"clientNamespaces,omitzero"`

	// scopes is the catalogue of scopes that clients may ask for.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=128
	Scopes []ScopeDefinition `json:"scopes,omitempty"`

	// audiences is the catalogue of resource servers that clients may ask tokens
	// for. "*" allows any audience, for a cluster of one team.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	Audiences []Audience `json:"audiences,omitempty"`

	// tokens are the defaults for the tokens of all clients.
	// +optional
	// +kubebuilder:default={accessToken:{format:JWT,lifetime:"15m"},refreshToken:{lifetime:"720h",idleLifetime:"168h",gracePeriod:"10s"},idToken:{lifetime:"5m",algorithm:RS256,claims:Granted},authorizationCode:{lifetime:"60s"}}
	Tokens ServerTokens `json:"tokens,omitzero"`

	// login is how people sign in.
	// +optional
	// +kubebuilder:default={sessionLifetime:"12h",pageLifetime:"30m"}
	Login ServerLogin `json:"login,omitzero"`

	// keys is how tokens are signed, and when keys are replaced.
	// +optional
	// +kubebuilder:default={algorithm:ES256,rotationInterval:"720h"}
	Keys ServerKeys `json:"keys,omitzero"`

	// sessions bounds what the server keeps about people.
	// +optional
	// +kubebuilder:default={maxGrants:100000,maxGrantsPerClient:50000}
	Sessions ServerSessions `json:"sessions,omitzero"`

	// deployment lets the operator run the server. Without it the operator deploys
	// nothing, and removes what it had deployed.
	// +optional
	Deployment *ServerDeployment `json:"deployment,omitempty"`

	// tls is the certificate with which the pods serve https. Default: http, behind
	// something that ends TLS. Needs deployment.
	// +optional
	TLS *ServerTLS `json:"tls,omitempty"`

	// exposure leads to the pods from outside the cluster. Default: only a Service.
	// Needs deployment.
	// +optional
	Exposure *ServerExposure `json:"exposure,omitempty"`
}

// ClientNamespaces selects the namespaces whose clients a server takes.
//
// +kubebuilder:validation:XValidation:rule="(self.from == 'Selector') == has(self.selector)",message="selector is needed exactly when from is Selector"
type ClientNamespaces struct {
	// from is Same (the server's namespace), All, or Selector.
	// +optional
	// +kubebuilder:default=Same
	From NamespacesFrom `json:"from,omitempty"`

	// selector selects namespaces by their labels; needed exactly when from is
	// Selector. A selector that does not parse selects nothing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// NamespacesFrom says where clients may live.
//
// +kubebuilder:validation:Enum=Same;All;Selector
type NamespacesFrom string

// Where clients may live.
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

	// description is a sentence for the person who is asked for consent, and for
	// the team that writes a client.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:Pattern=`^[^\p{C}]*$`
	Description string `json:"description,omitempty"`

	// restricted refuses the scope to every client for which no OAuthClientPolicy
	// allows it: Accepted=False with reason ScopeNotAllowed.
	// +optional
	Restricted bool `json:"restricted,omitempty"`
}

// OAuthServerStatus is what the operator made of a server.
type OAuthServerStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of;
	// -1 until the operator has seen the server.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// endpoints are the URLs that the server answers at.
	// +optional
	Endpoints *ServerEndpoints `json:"endpoints,omitempty"`

	// internal are the URLs of the server's Service, for pods of this cluster: they work
	// before the host name of the issuer does. Unset without spec.deployment, and with
	// spec.tls while the certificate does not name the Service,
	// <name>-oauth.<namespace>.svc. The Secrets of clients hold them, too.
	// +optional
	Internal *InternalEndpoints `json:"internal,omitempty"`

	// certificateAuthorities are the certificates under the key ca.crt of the Secret that
	// spec.tls names (PEM). The Secrets of clients hold them, too. Unset without
	// spec.tls, and while there are none, as with a certificate of a public authority.
	// +optional
	// +kubebuilder:validation:MaxLength=65536
	CertificateAuthorities string `json:"certificateAuthorities,omitempty"`

	// keys are the keys in the key Secret. A key that is named here and missing there
	// stalls the server, unless its retireAt has passed: restore the Secret from a backup.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=64
	Keys []KeyStatus `json:"keys,omitempty"`

	// nextKeyRotation is when the next signing key takes over; unset while nothing is
	// planned, such as before the first keys are there.
	// +optional
	NextKeyRotation *metav1.Time `json:"nextKeyRotation,omitempty"`

	// sessions is how many session objects there are; unset while there are none.
	// +optional
	Sessions *SessionsStatus `json:"sessions,omitempty"`

	// replicas is how many replicas there are; unset without spec.deployment.
	// +optional
	Replicas *ReplicasStatus `json:"replicas,omitempty"`

	// inventory names the objects that the operator made for spec.deployment and has
	// not deleted yet.
	// +optional
	// +listType=map
	// +listMapKey=group
	// +listMapKey=kind
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	Inventory []InventoryEntry `json:"inventory,omitempty"`

	// conditions are KeysReady and Ready, Default while spec.default is true, Deployed
	// while spec.deployment is set, and Reconciling or Stalled while they are true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// ServerEndpoints are the URLs of a server, named as in RFC 8414 section 2.
type ServerEndpoints struct {
	// discovery is the OpenID Connect discovery document.
	// +optional
	Discovery string `json:"discovery,omitempty"`
	// authorization is the authorization endpoint (RFC 6749 section 3.1).
	// +optional
	Authorization string `json:"authorization,omitempty"`
	// token is the token endpoint.
	// +optional
	Token string `json:"token,omitempty"`
	// introspection is the introspection endpoint (RFC 7662).
	// +optional
	Introspection string `json:"introspection,omitempty"`
	// revocation is the revocation endpoint (RFC 7009).
	// +optional
	Revocation string `json:"revocation,omitempty"`
	// userinfo is the userinfo endpoint (OpenID Connect Core 1.0 section 5.3).
	// +optional
	Userinfo string `json:"userinfo,omitempty"`
	// endSession is where applications send people to sign out (OpenID Connect
	// RP-Initiated Logout 1.0).
	// +optional
	EndSession string `json:"endSession,omitempty"`
	// jwks is where the public signing keys are (RFC 7517).
	// +optional
	JWKS string `json:"jwks,omitempty"`
}

// InternalEndpoints are the URLs that pods of the cluster can use in place of the public
// ones. Tokens name the issuer all the same, whatever URL they come from.
type InternalEndpoints struct {
	// token is the token endpoint.
	// +required
	Token string `json:"token"`
	// introspection is the introspection endpoint (RFC 7662).
	// +required
	Introspection string `json:"introspection"`
	// jwks is where the public signing keys are (RFC 7517).
	// +required
	JWKS string `json:"jwks"`
}
