package check

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// skew is how far the clocks of two machines may be apart.
const skew = 10 * time.Second

// verify checks a token as a resource server does that has the issuer's keys (RFC 9068
// section 4), and says what it found.
func (c *Check) verify(token string, server *server, keys *jose.JSONWebKeySet) (string, error) {
	if strings.Count(token, ".") != 2 {
		return "the token is opaque, so only the server can tell", nil
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return "", errors.New("the token is no JWT that is signed with ES256")
	}
	var claims struct {
		jwt.Claims
		ClientID string `json:"client_id"`
	}
	if err := parsed.Claims(keys, &claims); err != nil {
		return "", errors.New("none of the keys has signed the token")
	}
	if err := claims.ValidateWithLeeway(jwt.Expected{Issuer: server.Issuer, Time: c.Now()}, skew); err != nil {
		return "", fmt.Errorf("the token is not valid: %w", err)
	}
	if claims.ClientID != c.ClientID || claims.Expiry == nil {
		return "", errors.New("the token is for another client, or without end")
	}
	left := claims.Expiry.Time().Sub(c.Now()).Round(time.Second)
	return fmt.Sprintf("signed with key %s, for %s", plain(parsed.Headers[0].KeyID), left), nil
}
