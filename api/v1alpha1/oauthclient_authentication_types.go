package v1alpha1

// AuthenticationMethod is a token endpoint authentication method as registered
// (RFC 7591 section 2).
//
// +kubebuilder:validation:Enum=client_secret_basic;client_secret_post;private_key_jwt;none
type AuthenticationMethod string

// Authentication methods.
const (
	AuthenticationBasic         AuthenticationMethod = "client_secret_basic"
	AuthenticationPost          AuthenticationMethod = "client_secret_post"
	AuthenticationPrivateKeyJWT AuthenticationMethod = "private_key_jwt"
	AuthenticationNone          AuthenticationMethod = "none"
)

// HasSecret reports whether a client that authenticates in this way has a client
// secret. The empty method counts as the default.
func (m AuthenticationMethod) HasSecret() bool {
	return m == AuthenticationBasic || m == AuthenticationPost || m == ""
}

// ClientAuthentication is how a client proves who it is.
//
// +kubebuilder:validation:XValidation:rule="self.method != 'private_key_jwt' || has(self.serviceAccounts)",message="authentication.method private_key_jwt needs serviceAccounts"
// +kubebuilder:validation:XValidation:rule="self.method == 'private_key_jwt' || !has(self.serviceAccounts)",message="authentication.serviceAccounts needs authentication.method private_key_jwt"
type ClientAuthentication struct {
	// method is the one way in which the client authenticates: client_secret_basic
	// (the default), client_secret_post, private_key_jwt or none. Another way is
	// answered invalid_client. private_key_jwt is for applications that sign
	// assertions instead of sending a secret (RFC 7523); serviceAccounts says whose
	// count. none is for applications that cannot keep a secret. Only the first two
	// have a client secret; the Secret of the others holds none.
	// +optional
	// +kubebuilder:default=client_secret_basic
	Method AuthenticationMethod `json:"method,omitempty"`

	// serviceAccounts are those whose pods are the client: a pod sends the token that
	// the cluster projected into it, with the issuer as its only audience, as
	// client_assertion, and client_id beside it. It needs method private_key_jwt. A
	// token of another ServiceAccount, or for another audience, is answered
	// invalid_client; one whose pod or ServiceAccount was deleted, within 15 seconds.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	ServiceAccounts []ServiceAccountReference `json:"serviceAccounts,omitempty"`
}

// ServiceAccountReference names a ServiceAccount in the client's namespace.
type ServiceAccountReference struct {
	// name of the ServiceAccount. It need not exist yet.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`
}
