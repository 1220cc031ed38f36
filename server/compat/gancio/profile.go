package gancio

import (
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
)

// scopeEvent is the only scope of Gancio.
const scopeEvent = string(serverspec.EventScope)

// clientPath is where applications register. Each registration can be read below it.
const clientPath = "/api/client"

// Profile returns the table of Gancio, as its documentation (docs/dev/oauth) describes it. Its
// /authorize is the server's own path.
func Profile() compat.Profile {
	return compat.Profile{Name: oauthv1alpha1.CompatibilityGancio, Routes: []compat.Route{
		{Path: clientPath, Own: func(s *compat.Server) httpx.Endpoint { return &registrations{s.Strangers, s.Settings} }},
		{Path: clientPath + "/", Own: func(s *compat.Server) httpx.Endpoint { return &registered{s.Sealed} }},
		{Path: "/oauth/token", To: endpoints.Token, Request: token},
	}}
}

// token adds redirect_uri to a token request, which applications of Gancio omit, if the client
// has exactly one that is possible. The token endpoint still compares it with that of the
// authorization request (RFC 6749 section 4.1.3).
func token(s *compat.Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := compat.Parameters(w, r)
	if err != nil {
		return nil, err
	}
	if form.Get("grant_type") != "authorization_code" {
		return compat.With(r, form), nil
	}
	if slices.ContainsFunc(strings.Fields(form.Get("scope")), func(scope string) bool { return scope != scopeEvent }) {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "The scope must be event:write.")
	}
	form.Del("scope")
	if form.Get("redirect_uri") == "" && form.Get("code_verifier") == "" {
		client, err := s.Clients.Client(form.Get("client_id"))
		if err != nil {
			return nil, httpx.Unavailable(err)
		}
		if only := onlyRedirect(client); only != "" {
			form.Set("redirect_uri", only)
		}
	}
	return compat.With(r, form), nil
}

// onlyRedirect returns the redirect URI of a confidential client if codes can be sent nowhere
// else. It returns "" for any other client, and for nil.
func onlyRedirect(client *clients.Client) string {
	if client == nil || client.IsPublic() || len(client.GetRedirectURIs()) != 1 || clients.IsLoopback(client.GetRedirectURIs()[0]) {
		return ""
	}
	return client.GetRedirectURIs()[0]
}
