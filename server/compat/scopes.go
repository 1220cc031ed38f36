package compat

import (
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Scopes that identify the user (OpenID Connect Core 1.0 section 5.4).
const (
	ScopeProfile = "profile"
	ScopeEmail   = "email"
)

// Ask adds scopes to an authorization request, except those that the client may not request.
// The user is asked to consent to them like to any other. Requests with request or request_uri
// have their parameters elsewhere and are not changed.
func (s *Server) Ask(form url.Values, more ...string) error {
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
