package compat

import (
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Scopes that tell who a user is (OpenID Connect Core 1.0 section 5.4).
const (
	scopeProfile = "profile"
	scopeEmail   = "email"
)

// ask adds scopes to an authorization request, as far as its client may ask for them, so that
// the user is asked for them as for any other. A request that says elsewhere what it asks for
// stays as it is.
func (s *Server) ask(form url.Values, more ...string) error {
	if form.Has("request") || form.Has("request_uri") {
		return nil
	}
	client, err := s.Clients.Client(form.Get("client_id"))
	if err != nil {
		return httpx.Unavailable(err)
	}
	scopes := strings.Fields(form.Get("scope"))
	for _, scope := range more {
		if client != nil && client.MayAsk(scope, nil) && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	return nil
}
