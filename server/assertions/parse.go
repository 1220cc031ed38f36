package assertions

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4/json"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// MaxSize is the length of the longest assertion, in bytes. That of a ServiceAccount
// has about a thousand.
const MaxSize = 8 << 10

// Kind is a kind of signed JWT.
type Kind struct {
	// Types are what its header may have as typ, in lower case; "" is none.
	Types []string
	// MaxSize is the length of the longest, in bytes.
	MaxSize int
}

// ofClients is the kind with which clients authenticate.
var ofClients = Kind{Types: []string{"", "jwt", "client-authentication+jwt"}, MaxSize: MaxSize}

// ErrMalformed says that a text is no assertion. It does not say why, since the text
// can come from anyone.
var ErrMalformed = errors.New("not an assertion")

// Assertion is what a JWT says. That it was parsed proves nothing.
type Assertion struct {
	Header Header
	Claims Claims
	// Signed is what the signature is of, and Signature that in bytes.
	Signed    string
	Signature []byte
	// Text is the whole assertion.
	Text string
}

// Header is the part of a header that counts (RFC 7515 section 4.1).
type Header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
	// Critical, Base64 and Zip change what the rest means. This server knows no
	// extension, so that whatever has them is refused.
	Critical json.RawMessage `json:"crit"`
	Base64   json.RawMessage `json:"b64"`
	Zip      json.RawMessage `json:"zip"`
}

// Claims are the registered claims (RFC 7519 section 4.1). A time that is missing is
// nil.
type Claims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  Audience `json:"aud"`
	ExpiresAt *float64 `json:"exp"`
	NotBefore *float64 `json:"nbf"`
	IssuedAt  *float64 `json:"iat"`
	ID        string   `json:"jti"`
}

// Audience is one name or a list of them.
type Audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *Audience) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*a = Audience{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

// Parse reads a JWS in compact form whose payload is a set of claims, with which a client
// authenticates. It returns ErrMalformed.
func Parse(text string) (*Assertion, error) { return ofClients.Parse(text) }

// Parse reads a JWT of the kind. It returns ErrMalformed.
func (k Kind) Parse(text string) (*Assertion, error) {
	if len(text) > k.MaxSize {
		return nil, ErrMalformed
	}
	a := &Assertion{Text: text}
	var err error
	if a.Signed, a.Signature, err = Decode(text, &a.Header, &a.Claims); err != nil {
		return nil, err
	}
	if !a.Header.Plain(k.Types...) {
		return nil, ErrMalformed
	}
	return a, nil
}

// Decode reads a JWS in compact form (RFC 7515 section 7.1), whose payload must be one JSON
// object, like its header. It returns what the signature is of and the signature, or
// ErrMalformed.
func Decode(text string, header, payload any) (signed string, signature []byte, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || !decode(parts[0], header) || !decode(parts[1], payload) {
		return "", nil, ErrMalformed
	}
	if signature, err = base64url.Decode(parts[2]); err != nil || len(signature) == 0 {
		return "", nil, ErrMalformed
	}
	return text[:len(parts[0])+1+len(parts[1])], signature, nil
}

// decode reads a part, which must be one JSON object. The decoder tells members apart
// by case and refuses one that comes twice, which that of the standard library does
// not.
func decode(part string, into any) bool {
	raw, err := base64url.Decode(part)
	return err == nil && len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, into) == nil
}

// Plain reports whether the header makes the rest mean what it seems to, and is of one of
// the types.
func (h *Header) Plain(types ...string) bool {
	return h.Algorithm != "" && h.Critical == nil && h.Base64 == nil && h.Zip == nil && slices.Contains(types, strings.ToLower(h.Type))
}
