package object

import (
	"context"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Code is the error code for a request object that is not accepted (RFC 9101 section 7.1).
const Code = "invalid_request_object"

// maxLifetime is how long a request object may be valid.
const maxLifetime = time.Hour

// Signatures verifies what clients signed.
type Signatures interface {
	// Signed reports whether a JWT was signed with one of the keys of a client.
	Signed(ctx context.Context, client *clients.Client, by *clientspec.Signing, jwt *assertions.Assertion) (bool, error)
}

var _ Signatures = (*clientauth.Authenticator)(nil)

// Reader reads request objects.
type Reader struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer     func() string
	Signatures Signatures
	Now        func() time.Time
}

// Parameters returns the parameters of an authorization request of a client, and whether
// they were signed. Next to a request object, all others are ignored (RFC 9101 section 6.3).
// Its errors are never sent to a redirect URI: before a request object is verified, it is not
// known which one is the client's.
func (r *Reader) Parameters(ctx context.Context, client *clients.Client, form url.Values) (parameters url.Values, signed bool, err error) {
	text := form.Get("request")
	if text == "" || client == nil {
		return form, false, nil
	}
	if form.Has("request_uri") {
		return nil, false, httpx.BadRequest(httpx.CodeInvalidRequest, "A request has either a request object or a request_uri (RFC 9101 section 5).")
	}
	jwt, err := assertions.RequestObject.Parse(text)
	if err != nil {
		return nil, false, invalid("It is not a signed JWT of type oauth-authz-req+jwt, with an algorithm and at most 16 KiB.")
	}
	by := client.RequestObject()
	if len(by.Algorithms) == 0 {
		return nil, false, invalid("The client has no keys for it: set spec.authentication.jwks or spec.requestObject.jwks of the OAuthClient, or one of their URIs.")
	}
	if err := r.claims(client.GetID(), &jwt.Claims); err != nil {
		return nil, false, err
	}
	parameters, err = read(client.GetID(), jwt.Members())
	if err != nil {
		return nil, false, err
	}
	if signed, err = r.Signatures.Signed(ctx, client, &by, jwt); err != nil {
		return nil, false, err
	}
	if !signed {
		return nil, false, invalid("It is not signed with a key and an algorithm of the client.")
	}
	return parameters, true, nil
}

// claims checks what a request object says of itself (RFC 9101 sections 4 and 10.8).
func (r *Reader) claims(id string, c *assertions.Claims) error {
	switch {
	case c.Issuer != id:
		return invalid("Its iss is not the client ID.")
	case c.Subject == id:
		return invalid("Its sub is the client ID, as in a client_assertion; leave sub out.")
	case !slices.Contains(c.Audience, r.Issuer()):
		return invalid("Its aud does not contain the issuer of this server.")
	case !c.Current(r.Now()):
		return invalid("It has expired, is not valid yet, or has no exp.")
	case c.NotBefore == nil && c.IssuedAt == nil:
		return invalid("It has neither nbf nor iat.")
	case *c.ExpiresAt-begins(c) > maxLifetime.Seconds():
		return invalid("Its exp is more than 60 minutes after its nbf or iat.")
	}
	return nil
}

// begins returns the earlier of nbf and iat.
func begins(c *assertions.Claims) float64 {
	begin := math.Inf(1)
	for _, at := range []*float64{c.NotBefore, c.IssuedAt} {
		if at != nil {
			begin = min(begin, *at)
		}
	}
	return begin
}

func invalid(what string) error {
	return httpx.BadRequest(Code, "The request object of the application is not accepted. %s", what)
}
