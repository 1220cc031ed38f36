package dpop

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
)

const (
	// maxSize is the length of the longest proof, in bytes: one with an RSA key of 4096 bits
	// has about 2000.
	maxSize = 4 << 10
	// maxID is the length of the longest jti, in bytes.
	maxID = 128
)

// Algorithms returns the signature algorithms of proofs. Ed25519 is EdDSA with the only curve
// that it has here (RFC 9864 section 2.2).
func Algorithms() []string { return []string{"ES256", "EdDSA", "Ed25519", "PS256"} }

// family returns the name of an algorithm under which package publickeys knows it.
func family(algorithm string) string {
	if algorithm == "Ed25519" {
		return "EdDSA"
	}
	return algorithm
}

// header is the header of a proof.
type header struct {
	assertions.Header

	Key publickeys.JWK `json:"jwk"`
}

// proof is what a proof says.
type proof struct {
	header header
	claims struct {
		Method   string   `json:"htm"`
		URL      string   `json:"htu"`
		ID       string   `json:"jti"`
		IssuedAt *float64 `json:"iat"`
		Token    string   `json:"ath"`
		Nonce    string   `json:"nonce"`
	}
	// thumbprint is that of the key.
	thumbprint string
}

// read returns a proof whose signature is that of the key in it. It returns an httpx.Error.
func read(text string) (*proof, error) {
	p := &proof{}
	if len(text) > maxSize {
		return nil, errTooLong
	}
	signed, signature, err := assertions.Decode(text, &p.header, &p.claims)
	if err != nil {
		return nil, errMalformed
	}
	if !p.header.Plain("dpop+jwt") {
		return nil, errType
	}
	if !slices.Contains(Algorithms(), p.header.Algorithm) {
		return nil, errAlgorithm
	}
	if !p.header.cheap() {
		return nil, errCostly
	}
	p.header.Key.Algorithm = family(p.header.Key.Algorithm)
	key, err := publickeys.Parse(p.header.Key)
	if err != nil {
		return nil, invalid("The jwk of the DPoP proof is not usable: %s.", err)
	}
	if !key.Verify(family(p.header.Algorithm), signed, signature) {
		return nil, errSignature
	}
	p.thumbprint = key.Thumbprint()
	return p, nil
}

// maxModulus is the length of an RSA modulus of 4096 bits in base64url.
const maxModulus = 683

// cheap reports whether a signature of the key costs about as little as any other. Anyone can
// send one, and those of larger keys, or with a larger exponent, cost a hundred times as much.
func (h *header) cheap() bool {
	return h.Key.KeyType != "RSA" || len(h.Key.N) <= maxModulus && h.Key.E == "AQAB"
}

// isFor returns an httpx.Error if the proof is of another request than one with a method to
// one of the URLs.
func (p *proof) isFor(method string, urls []string) error {
	c := &p.claims
	switch {
	case c.ID == "" || len(c.ID) > maxID:
		return errID
	case c.Method != method:
		return errMethod
	case !slices.ContainsFunc(urls, func(known string) bool { return sameURL(c.URL, known) }):
		return invalid("The htu of the DPoP proof must be %s.", urls[0])
	case c.IssuedAt == nil:
		return errNoTime
	}
	return nil
}

// shows reports whether the proof is for requests with an access token (RFC 9449 section
// 4.3).
func (p *proof) shows(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return p.claims.Token == base64.RawURLEncoding.EncodeToString(sum[:])
}

// sameURL reports whether an htu stands for a URL of the server, without its query and
// fragment (RFC 9449 section 4.3), after what RFC 3986 sections 6.2.2 and 6.2.3 say about
// case, escapes, dots and ports.
func sameURL(htu, known string) bool {
	if htu == known {
		return true
	}
	a, err := url.Parse(htu)
	if err != nil || a.User != nil || a.Opaque != "" {
		return false
	}
	b, err := url.Parse(known)
	if err != nil {
		return false
	}
	// Two URLs without a canonical form may be anything.
	form := canonical(b)
	return form != "" && canonical(a) == form
}

// canonical returns "" for a URL with an escaped slash.
func canonical(u *url.URL) string {
	port, scheme := u.Port(), strings.ToLower(u.Scheme)
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	// JoinPath removes dots. An escaped slash is none.
	path := u.JoinPath()
	path.RawPath = strings.ReplaceAll(path.RawPath, "%2f", "%2F")
	if strings.Contains(path.RawPath, "%2F") {
		return ""
	}
	return scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port + path.Path
}
