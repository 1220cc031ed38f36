package grants

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/base64url"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// Limits of what a code carries.
const (
	// MaxNonce is the length of a nonce, in bytes.
	MaxNonce = 128
	// MaxSubject is the length of a subject, in bytes.
	MaxSubject = 64
	// maxCode is the length of a code, in characters; forBinding and forLink are what it may be
	// longer if it is bound to a key, and has a Link.
	maxCode    = 710
	forBinding = 90
	forLink    = 120
)

// Scopes that mean something to the server itself.
const (
	// ScopeOpenID makes a request one of OpenID Connect.
	ScopeOpenID = "openid"
	// ScopeOffline lets a refresh token outlive the Login.
	ScopeOffline = "offline_access"
)

// codePrefix begins every code, so that leaked ones can be recognised.
const codePrefix = "gac_"

// Code is what an authorization code says. It is sealed into the code itself.
type Code struct {
	// Grant is the name of the Grant that redeeming the code creates.
	Grant string
	// ClientUID is the UID of the OAuthClient it was issued to.
	ClientUID string
	// Subject is who authorized the client, UserUID the UID of that identity.Person.
	Subject, UserUID string
	// Link is the account with which an OAuthUser had signed in.
	Link identity.Link
	// Login is the name of the Login under which that happened.
	Login string
	// Offline lets the Grant outlive the Login.
	Offline bool
	// Refreshes says that the client could use refresh tokens when the user was asked.
	Refreshes bool
	// Remembered says that a Consent stands behind the code.
	Remembered bool
	// Scopes and Audiences are what was granted, as digests.
	Scopes, Audiences []Digest
	// Nonce goes into the ID token.
	Nonce string
	// Challenge is the PKCE challenge; nil without one.
	Challenge []byte
	// RedirectURI is the digest of the redirect URI; RedirectSent says that the request
	// named it, so that the redemption must, too.
	RedirectURI  []byte
	RedirectSent bool
	// IDToken and Userinfo are the claims that were asked for one by one.
	IDToken, Userinfo ClaimSet
	// Confirmation is what whoever redeems the code must prove to have.
	Confirmation Confirmation
	// AMR are the methods by which the user signed in (RFC 8176).
	AMR []string
	// Said is identity.Evidence.Said.
	Said int64
	// AuthTime is when the user signed in here; IssuedAt and ExpiresAt are the code's.
	AuthTime, IssuedAt, ExpiresAt time.Time
	// SharedUntil is until when other codes of the same Grant can be redeemed, because the
	// request was pushed (RFC 9126); zero for a code that is the only one.
	SharedUntil time.Time

	// digest is that of the text of a code that is not the only one.
	digest []byte
}

// ErrTooLong says that a request asks for more than a code can carry.
var ErrTooLong = errors.New("the request asks for too much at once")

// ErrInvalid says that a code or token is not one that this server made.
var ErrInvalid = errors.New("not made by this server")

// SealCode returns the code that says c. It returns ErrTooLong.
func SealCode(set *keys.Set, issuer string, c Code) (string, error) {
	if len(c.Nonce) > MaxNonce || len(c.Subject) > MaxSubject || len(c.Link.Subject) > MaxSubject {
		return "", ErrTooLong
	}
	sealed := codePrefix + set.Seal(keys.PurposeCode, issuer, c.encode())
	if len(sealed) > c.maximum() {
		return "", ErrTooLong
	}
	return sealed, nil
}

// maximum returns how long the text of a code may be.
func (c Code) maximum() int {
	most := maxCode
	if c.Confirmation != (Confirmation{}) {
		most += forBinding
	}
	if c.Link != (identity.Link{}) {
		most += forLink
	}
	return most
}

// OpenCode returns what a code says, also after it has expired. It returns
// ErrInvalid.
func OpenCode(set *keys.Set, issuer, code string) (Code, error) {
	sealed, ok := strings.CutPrefix(code, codePrefix)
	if !ok || len(code) > maxCode+forBinding+forLink {
		return Code{}, ErrInvalid
	}
	raw, err := set.Open(keys.PurposeCode, issuer, sealed)
	if err != nil {
		return Code{}, ErrInvalid
	}
	c, err := decodeCode(raw)
	if err != nil || !storage.ValidName(c.Grant) {
		return Code{}, ErrInvalid
	}
	if !c.SharedUntil.IsZero() {
		sum := sha256.Sum256([]byte(code))
		c.digest = sum[:16]
	}
	return c, nil
}

// Digest stands for a scope, an audience or a redirect URI in a code, where there is
// space for no more.
type Digest [8]byte

// Digests are digests that are written as one text in JSON.
type Digests []Digest

// MarshalText implements encoding.TextMarshaler.
func (d Digests) MarshalText() ([]byte, error) {
	raw := make([]byte, 0, len(d)*len(Digest{}))
	for _, digest := range d {
		raw = append(raw, digest[:]...)
	}
	return []byte(base64.RawURLEncoding.EncodeToString(raw)), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digests) UnmarshalText(text []byte) error {
	raw, err := base64url.Decode(string(text))
	if err != nil || len(raw)%len(Digest{}) != 0 {
		return errMalformed
	}
	for ; len(raw) > 0; raw = raw[len(Digest{}):] {
		*d = append(*d, Digest(raw[:len(Digest{})]))
	}
	return nil
}

// DigestsOf returns the digests of texts.
func DigestsOf(texts []string) Digests {
	out := make(Digests, len(texts))
	for i, text := range texts {
		out[i] = DigestOf(text)
	}
	return out
}

// DigestOf returns the digest of a text.
func DigestOf(text string) Digest {
	sum := sha256.Sum256([]byte(text))
	return Digest(sum[:8])
}

// Find returns those of the candidates that have one of the digests, and whether
// each digest was found. If several have the same digest, none of them is found.
func Find(digests []Digest, candidates []string) (found []string, all bool) {
	byDigest := make(map[Digest]string, len(candidates))
	for _, candidate := range candidates {
		digest := DigestOf(candidate)
		if known, taken := byDigest[digest]; taken && known != candidate {
			candidate = ""
		}
		byDigest[digest] = candidate
	}
	all = true
	for _, digest := range digests {
		if text := byDigest[digest]; text != "" {
			found = append(found, text)
		} else {
			all = false
		}
	}
	return found, all
}

// RedirectDigest returns what a code holds of a redirect URI.
func RedirectDigest(uri string) []byte {
	sum := sha256.Sum256([]byte(uri))
	return sum[:16]
}

// IsFor reports whether the code was issued for a redirect URI.
func (c Code) IsFor(uri string) bool {
	return subtle.ConstantTimeCompare(c.RedirectURI, RedirectDigest(uri)) == 1
}

// IsVerifier reports whether a text can be a PKCE verifier (RFC 7636 section 4.1).
func IsVerifier(text string) bool {
	other := func(c rune) bool {
		return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._~", c)
	}
	return len(text) >= 43 && len(text) <= 128 && !strings.ContainsFunc(text, other)
}

// Proves reports whether a PKCE verifier is that of the code's challenge (RFC 7636
// section 4.6).
func (c Code) Proves(verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return c.Challenge != nil && subtle.ConstantTimeCompare(c.Challenge, sum[:]) == 1
}

// Nonced reports whether the code gives an ID token with a nonce.
func (c Code) Nonced() bool {
	return c.Nonce != "" && slices.Contains(c.Scopes, DigestOf(ScopeOpenID))
}

// ParseChallenge decodes an S256 challenge (RFC 7636 section 4.2).
func ParseChallenge(text string) ([]byte, bool) {
	raw, err := base64url.Decode(text)
	return raw, err == nil && len(raw) == sha256.Size
}
