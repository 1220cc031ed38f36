package gate

import (
	"context"
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/server/tokens"
)

// passed is who sent a request that may pass.
type passed struct {
	subject, client string
	scopes          []string
	// user and groups are what the scopes reveal about the user; empty for a client's own
	// token.
	user   string
	groups []string
}

// from returns who a token was issued for, nil if it is no longer valid. This reads what
// introspection reads. It returns an httpx.Error.
func (e *Endpoint) from(ctx context.Context, claims *tokens.AccessClaims) (*passed, error) {
	out := &passed{subject: claims.Subject, client: claims.ClientID}
	if claims.Grant == "" {
		client, _, err := e.Tokens.Owner(ctx, claims)
		if err != nil || client == nil {
			return nil, err
		}
		out.scopes, err = e.Tokens.CurrentScopes(claims, nil)
		return out, err
	}
	authorized, err := e.Tokens.Authorized(ctx, claims)
	if err != nil || authorized == nil {
		return nil, err
	}
	if out.scopes, err = e.Tokens.CurrentScopes(claims, authorized.Grant); err != nil {
		return nil, err
	}
	known := authorized.User.Claims(out.scopes)
	out.user, _ = known["preferred_username"].(string)
	out.groups, _ = known["groups"].([]string)
	return out, nil
}

// write sets all headers, including those without a value, so that a proxy that copies them
// replaces what the sender of the request wrote.
func (p *passed) write(header http.Header) {
	header.Set("X-Auth-Subject", safe(p.subject))
	header.Set("X-Auth-Client", safe(p.client))
	header.Set("X-Auth-Scopes", strings.Join(p.scopes, " "))
	header.Set("X-Auth-User", safe(p.user))
	groups := make([]string, len(p.groups))
	for i, group := range p.groups {
		groups[i] = safe(group)
	}
	header.Set("X-Auth-Groups", strings.Join(groups, ","))
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", "0")
}

// safe returns a text as a part of a header's value: everything but visible ASCII, and the
// separators, are percent-encoded UTF-8 (RFC 3986 section 2.1).
func safe(text string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(text) {
		c := text[i]
		if c <= ' ' || c > '~' || c == '%' || c == ',' {
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}
