package grants

import (
	"strconv"
	"strings"

	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// tokenPrefix begins every refresh token, so that leaked ones can be recognised.
const tokenPrefix = "grt_"

// Token is a refresh token that was taken apart but not verified:
// "grt_<grant>.<generation>.<mac>.<form>".
type Token struct {
	// Grant is the name of the Grant.
	Grant string
	// Generation counts the refreshes.
	Generation int64
	// mac authenticates the token together with its Grant, form without it.
	mac, form string
}

// IsToken reports whether a text looks like a refresh token.
func IsToken(text string) bool { return strings.HasPrefix(text, tokenPrefix) }

// ParseToken takes a refresh token apart. It returns ErrInvalid.
func ParseToken(text string) (Token, error) {
	rest, ok := strings.CutPrefix(text, tokenPrefix)
	parts := strings.Split(rest, ".")
	if !ok || len(parts) != 4 || !storage.ValidName(parts[0]) {
		return Token{}, ErrInvalid
	}
	generation, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || generation < 1 || strconv.FormatInt(generation, 10) != parts[1] {
		return Token{}, ErrInvalid
	}
	return Token{Grant: parts[0], Generation: generation, mac: parts[2], form: parts[3]}, nil
}

// RefreshToken returns the refresh token of the Grant's generation: always the same
// one, so that a refresh whose answer was lost can be answered again.
func (g *Grant) RefreshToken(set *keys.Set, issuer string) string {
	generation := strconv.FormatInt(g.Generation, 10)
	return tokenPrefix + g.Name + "." + generation + "." +
		set.MACWith(g.Root, keys.PurposeRefreshToken, g.macParts(issuer, g.Generation)...) + "." +
		set.MACWith(g.Root, keys.PurposeRefreshTokenForm, issuer, g.Name, generation)
}

// Authentic reports whether the server issued a refresh token of this Grant and
// generation. That needs no Grant, so a token that was made up costs no read.
func (t Token) Authentic(set *keys.Set, issuer string) bool {
	return set.VerifyMAC(keys.PurposeRefreshTokenForm, t.form, issuer, t.Grant, strconv.FormatInt(t.Generation, 10))
}

// Issued reports whether a refresh token is one of the Grant, of any generation.
func (g *Grant) Issued(set *keys.Set, issuer string, t Token) bool {
	return t.Grant == g.Name && set.VerifyMAC(keys.PurposeRefreshToken, t.mac, g.macParts(issuer, t.Generation)...)
}

func (g *Grant) macParts(issuer string, generation int64) []string {
	return []string{issuer, g.Name, strconv.FormatInt(generation, 10), string(g.nonce)}
}
