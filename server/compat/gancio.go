package compat

import (
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// gancioScope is the only one that Gancio has.
const gancioScope = string(serverspec.EventScope)

// gancioClient is where applications of Gancio register; what one registered is below.
const gancioClient = "/api/client"

// gancio is the table of Gancio (docs/dev/oauth of it). Its /authorize is the server's own.
func gancio() Profile {
	return Profile{Name: oauthv1alpha1.CompatibilityGancio, Routes: []Route{
		{Path: gancioClient, Own: func(s *Server) httpx.Endpoint { return &gancioRegistration{s} }},
		{Path: gancioClient + "/", Own: func(s *Server) httpx.Endpoint { return &gancioRegistered{s} }},
		{Path: "/oauth/token", To: endpoints.Token, Request: gancioToken},
	}}
}

// gancioToken completes a token request. An application of Gancio sends no redirect_uri. If it
// can have only one, it is as if it had sent that: a code that went elsewhere is refused all the
// same (RFC 6749 section 4.1.3).
func gancioToken(s *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := parameters(w, r)
	if err != nil {
		return nil, err
	}
	if form.Get("grant_type") != "authorization_code" {
		return with(r, form), nil
	}
	if slices.ContainsFunc(strings.Fields(form.Get("scope")), func(scope string) bool { return scope != gancioScope }) {
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
	return with(r, form), nil
}

// onlyRedirect returns the redirect URI of a client that has a secret and no other address to
// which a code can be sent, "" for any other client and for none.
func onlyRedirect(client *clients.Client) string {
	if client == nil || client.IsPublic() || len(client.GetRedirectURIs()) != 1 || clients.IsLoopback(client.GetRedirectURIs()[0]) {
		return ""
	}
	return client.GetRedirectURIs()[0]
}
