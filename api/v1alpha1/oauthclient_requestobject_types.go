package v1alpha1

// SignedRequests says whether authorization requests must be signed (RFC 9101).
//
// +kubebuilder:validation:Enum=Optional;Required
type SignedRequests string

// Whether authorization requests must be signed.
const (
	SignedRequestsOptional SignedRequests = "Optional"
	SignedRequestsRequired SignedRequests = "Required"
)

// ClientRequestObject is how a client signs its authorization requests.
//
// +kubebuilder:validation:XValidation:rule="has(self.jwks) != has(self.jwksURI)",message="requestObject needs exactly one of jwks and jwksURI"
type ClientRequestObject struct {
	// jwks are the public keys. A key that cannot be used gives Accepted=False with reason
	// KeyNotUsable.
	// +optional
	JWKS *JSONWebKeySet `json:"jwks,omitempty"`

	// jwksURI is where the keys are, instead of jwks, as authentication.jwksURI says. The
	// server fetches it when a browser or the client brings a request object.
	// +optional
	JWKSURI JWKSURI `json:"jwksURI,omitempty"`

	// signingAlgorithms are those with which the client signs: EdDSA (Ed25519), ES256,
	// PS256 and RS256. Default: all of them, as far as they fit the key. A request object
	// with any other algorithm is answered with invalid_request_object.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	SigningAlgorithms []AssertionAlgorithm `json:"signingAlgorithms,omitempty"`
}
