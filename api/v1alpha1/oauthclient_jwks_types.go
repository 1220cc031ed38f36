package v1alpha1

// JSONWebKeySet is a set of public keys (RFC 7517 section 5). A JSON document that a
// tool wrote can be pasted as it is, since JSON is YAML.
type JSONWebKeySet struct {
	// keys are the public keys. While a key is being replaced, list both.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Keys []JSONWebKey `json:"keys"`
}

// JSONWebKey is a public key (RFC 7517 section 4): Ed25519, P-256, or RSA with 2048 to
// 8192 bits.
//
// +kubebuilder:validation:XValidation:rule="!has(self.d)",message="a key must be public, and this one is private; anyone who has read it can sign, so create another one"
// +kubebuilder:validation:XValidation:rule="self.kty == 'RSA' ? has(self.n) && has(self.e) : has(self.crv) && has(self.x)",message="a key of kty RSA needs n and e, one of kty EC or OKP crv and x"
// +kubebuilder:validation:XValidation:rule="self.kty != 'EC' || has(self.y) && has(self.crv) && self.crv == 'P-256'",message="a key of kty EC needs crv P-256 and y"
// +kubebuilder:validation:XValidation:rule="self.kty != 'OKP' || has(self.crv) && self.crv == 'Ed25519'",message="a key of kty OKP needs crv Ed25519"
type JSONWebKey struct {
	// kty is the type of the key: EC, OKP or RSA.
	// +required
	KeyType JSONWebKeyType `json:"kty"`

	// kid names the key. An assertion whose header has a kid is verified with the keys
	// of that name and with those that have none.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[\x21-\x7E]+$`
	KeyID string `json:"kid,omitempty"`

	// use is sig, if it is present.
	// +optional
	// +kubebuilder:validation:Enum=sig
	Use string `json:"use,omitempty"`

	// alg is the one algorithm that the key is for. Default: each that fits its type.
	// +optional
	Algorithm AssertionAlgorithm `json:"alg,omitempty"`

	// crv is the curve: P-256 for EC, Ed25519 for OKP.
	// +optional
	// +kubebuilder:validation:Enum=P-256;Ed25519
	Curve string `json:"crv,omitempty"`

	// x is a coordinate of an EC key, or an OKP key, in base64url.
	// +optional
	// +kubebuilder:validation:MaxLength=43
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]{43}$`
	X string `json:"x,omitempty"`

	// y is the other coordinate of an EC key, in base64url.
	// +optional
	// +kubebuilder:validation:MaxLength=43
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]{43}$`
	Y string `json:"y,omitempty"`

	// n is the modulus of an RSA key, in base64url.
	// +optional
	// +kubebuilder:validation:MinLength=342
	// +kubebuilder:validation:MaxLength=1366
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]+$`
	N string `json:"n,omitempty"`

	// e is the exponent of an RSA key, in base64url.
	// +optional
	// +kubebuilder:validation:MaxLength=6
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]{2,6}$`
	E string `json:"e,omitempty"`

	// d is what makes a key private, and is always refused.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	D string `json:"d,omitempty"`
}

// JSONWebKeyType is a type of key (RFC 7518 section 6.1, RFC 8037 section 2).
//
// +kubebuilder:validation:Enum=EC;OKP;RSA
type JSONWebKeyType string

// Types of keys.
const (
	KeyTypeEC  JSONWebKeyType = "EC"
	KeyTypeOKP JSONWebKeyType = "OKP"
	KeyTypeRSA JSONWebKeyType = "RSA"
)

// AssertionAlgorithm is a signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1).
//
// +kubebuilder:validation:Enum=EdDSA;ES256;PS256;RS256
type AssertionAlgorithm string

// Signature algorithms.
const (
	AssertionEdDSA AssertionAlgorithm = "EdDSA"
	AssertionES256 AssertionAlgorithm = "ES256"
	AssertionPS256 AssertionAlgorithm = "PS256"
	AssertionRS256 AssertionAlgorithm = "RS256"
)

// JWKSURI is where a JSON Web Key Set is.
//
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:Pattern=`^https://[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[1-9][0-9]{0,4})?/[!-"$-~]*$`
// +kubebuilder:validation:XValidation:rule="!self.matches('%([^0-9A-Fa-f]|$|[0-9A-Fa-f]([^0-9A-Fa-f]|$))')",message="a percent sign must begin a percent-encoded octet such as %20 (RFC 3986 section 2.1)"
type JWKSURI string
