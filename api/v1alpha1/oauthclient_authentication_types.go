package v1alpha1

// AuthenticationMethod is a token endpoint authentication method as registered
// (RFC 7591 section 2).
//
// +kubebuilder:validation:Enum=client_secret_basic;client_secret_post;private_key_jwt;tls_client_auth;self_signed_tls_client_auth;none
type AuthenticationMethod string

// Authentication methods.
const (
	AuthenticationBasic         AuthenticationMethod = "client_secret_basic"
	AuthenticationPost          AuthenticationMethod = "client_secret_post"
	AuthenticationPrivateKeyJWT AuthenticationMethod = "private_key_jwt"
	AuthenticationTLS           AuthenticationMethod = "tls_client_auth"
	AuthenticationSelfSignedTLS AuthenticationMethod = "self_signed_tls_client_auth"
	AuthenticationNone          AuthenticationMethod = "none"
)

// HasSecret reports whether a client that authenticates in this way has a client
// secret. The empty method is the default.
func (m AuthenticationMethod) HasSecret() bool {
	return m == AuthenticationBasic || m == AuthenticationPost || m == ""
}

// HasCertificate reports whether a client that authenticates in this way has a
// certificate.
func (m AuthenticationMethod) HasCertificate() bool {
	return m == AuthenticationTLS || m == AuthenticationSelfSignedTLS
}

// ClientAuthentication is how a client proves who it is.
//
// +kubebuilder:validation:XValidation:rule="!has(self.exactMethod) || !self.exactMethod || self.method in ['client_secret_basic', 'client_secret_post']",message="authentication.exactMethod needs a client secret, which only authentication.method client_secret_basic and client_secret_post have"
// +kubebuilder:validation:XValidation:rule="self.method != 'private_key_jwt' || [has(self.jwks), has(self.jwksURI), has(self.serviceAccounts), has(self.federated)].exists_one(given, given)",message="authentication.method private_key_jwt needs exactly one of jwks, jwksURI, serviceAccounts and federated"
// +kubebuilder:validation:XValidation:rule="self.method == 'private_key_jwt' || !has(self.serviceAccounts)",message="authentication.serviceAccounts needs authentication.method private_key_jwt"
// +kubebuilder:validation:XValidation:rule="self.method == 'private_key_jwt' || !has(self.federated)",message="authentication.federated needs authentication.method private_key_jwt"
// +kubebuilder:validation:XValidation:rule="self.method == 'private_key_jwt' || !has(self.jwks)",message="authentication.jwks needs authentication.method private_key_jwt"
// +kubebuilder:validation:XValidation:rule="self.method == 'private_key_jwt' || !has(self.jwksURI)",message="authentication.jwksURI needs authentication.method private_key_jwt"
// +kubebuilder:validation:XValidation:rule="!has(self.signingAlgorithms) || has(self.jwks) || has(self.jwksURI)",message="authentication.signingAlgorithms needs jwks or jwksURI"
// +kubebuilder:validation:XValidation:rule="has(self.tls) == (self.method in ['tls_client_auth', 'self_signed_tls_client_auth'])",message="authentication.tls is needed for authentication.method tls_client_auth and self_signed_tls_client_auth, and for no other"
// +kubebuilder:validation:XValidation:rule="!has(self.tls) || has(self.tls.thumbprints) == (self.method == 'self_signed_tls_client_auth')",message="authentication.method self_signed_tls_client_auth needs tls.thumbprints, and tls_client_auth a name instead"
type ClientAuthentication struct {
	// method is the way in which the client authenticates: client_secret_basic (the
	// default), client_secret_post, private_key_jwt, tls_client_auth,
	// self_signed_tls_client_auth or none. Any other way is answered with
	// invalid_client, except that a client secret may be sent in the Authorization
	// header or in the body, whichever of the first two is set, unless exactMethod is
	// true; a request with both is answered with invalid_request. private_key_jwt is
	// for applications that send signed assertions instead of a secret (RFC 7523);
	// exactly one of jwks, jwksURI, serviceAccounts and federated says whose signatures are
	// accepted. The two with tls are for applications with a certificate (RFC 8705),
	// and work only if the server asks for one, as its discovery document says. none is
	// for applications that cannot keep a secret. Only the first two have a client
	// secret; the Secret of the others holds none.
	// +optional
	// +kubebuilder:default=client_secret_basic
	Method AuthenticationMethod `json:"method,omitempty"`

	// exactMethod refuses a client secret that is not sent as method says: in the
	// Authorization header with client_secret_basic, in the body with
	// client_secret_post. The other way is answered with invalid_client. It needs one
	// of these two methods. Default: false, and both ways are accepted, unless an
	// OAuthClientPolicy has require.exactMethod or authenticationMethods that list only
	// one of them.
	// +optional
	ExactMethod bool `json:"exactMethod,omitempty"`

	// tls is the certificate of a client with method tls_client_auth or
	// self_signed_tls_client_auth.
	// +optional
	TLS *ClientTLS `json:"tls,omitempty"`

	// jwks are the public keys of a client that signs its assertions itself, and its
	// authorization requests (RFC 9101) if it does. It needs method private_key_jwt. A key that cannot be used gives Accepted=False with
	// reason KeyNotUsable.
	// +optional
	JWKS *JSONWebKeySet `json:"jwks,omitempty"`

	// jwksURI is where those keys are, instead of jwks: an https URL that answers a
	// JSON Web Key Set of up to 64 KiB within 5 seconds and without a redirect. Its
	// address must be public, or in one of spec.outbound.networks of the OAuthServer.
	// The server fetches it when the client authenticates, and again after the max-age
	// of its Cache-Control (between 1 minute and 1 hour, 5 minutes by default) or, for
	// an unknown kid, once in 30 seconds. If it does not answer, the client gets
	// temporarily_unavailable once the keys are an hour old.
	// +optional
	JWKSURI JWKSURI `json:"jwksURI,omitempty"`

	// signingAlgorithms are those with which the client signs: EdDSA (Ed25519), ES256,
	// PS256 and RS256. Default: all of them, as far as they fit the key. An assertion
	// with any other algorithm is answered with invalid_client, a request object with
	// invalid_request_object.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	SigningAlgorithms []AssertionAlgorithm `json:"signingAlgorithms,omitempty"`

	// serviceAccounts are those whose pods can act as the client: a pod sends the token
	// that the cluster projected into it, with the issuer as its only audience, as
	// client_assertion, together with client_id. It needs method private_key_jwt. A
	// token of another ServiceAccount, or for another audience, is answered with
	// invalid_client, and so is, within 15 seconds, a token whose pod or ServiceAccount
	// was deleted.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	ServiceAccounts []ServiceAccountReference `json:"serviceAccounts,omitempty"`

	// federated are workloads elsewhere that can act as the client: a job of a CI system, a
	// pod of another cluster or a SPIFFE workload sends the token that its own platform
	// issued, with the issuer URL of the OAuthServer as its only audience, as
	// client_assertion, together with client_id. It needs method private_key_jwt. A token
	// can be used until it expires, at most 24 hours ahead. A token that matches none of
	// the entries is answered with invalid_client; the cause is in the audit log.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Federated []FederatedIdentity `json:"federated,omitempty"`
}

// ServiceAccountReference names a ServiceAccount in the client's namespace.
type ServiceAccountReference struct {
	// name of the ServiceAccount. It does not need to exist yet.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`
}
