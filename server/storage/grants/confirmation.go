package grants

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// Confirmation is what a token is bound to (RFC 7800 section 3): whoever uses the token must
// prove to have the private key. That of a token which counts for everyone who bears it is
// empty.
type Confirmation struct {
	// JKT is the thumbprint of a public key (RFC 9449 section 6.1).
	JKT string `json:"jkt,omitempty"`
	// X5T is the thumbprint of a certificate (RFC 8705 section 3.1).
	X5T string `json:"x5t#S256,omitempty"`
}

// IsThumbprint reports whether a text can be a SHA-256 thumbprint (RFC 7638).
func IsThumbprint(text string) bool {
	raw, err := base64url.Decode(text)
	return err == nil && len(raw) == sha256.Size
}

// Met reports whether what a request proved to have is all that something is bound to.
func (c Confirmation) Met(proved Confirmation) bool {
	return (c.JKT == "" || c.JKT == proved.JKT) && (c.X5T == "" || c.X5T == proved.X5T)
}

// append writes the thumbprints, each with its length before it.
func (c Confirmation) append(out []byte) []byte {
	for _, thumbprint := range []string{c.JKT, c.X5T} {
		raw, _ := base64.RawURLEncoding.DecodeString(thumbprint)
		out = appendText(out, raw)
	}
	return out
}

// confirmation reads what append writes.
func (r *reader) confirmation() Confirmation {
	var thumbprints [2]string
	for i := range thumbprints {
		raw := r.text()
		if len(raw) != 0 && len(raw) != sha256.Size {
			r.err = errMalformed
		}
		thumbprints[i] = base64.RawURLEncoding.EncodeToString(raw)
	}
	return Confirmation{JKT: thumbprints[0], X5T: thumbprints[1]}
}
