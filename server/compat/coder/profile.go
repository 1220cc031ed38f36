package coder

import (
	"net/http"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Paths of Coder.
const (
	appsPath      = "/api/v2/oauth2-provider/apps"
	authorizePath = "/oauth2/authorize"
	tokensPath    = "/oauth2/tokens"
	revokePath    = "/oauth2/revoke"
	clientsPath   = "/oauth2/clients/"
)

// Profile returns the table of Coder, as its documentation
// (docs/admin/integrations/oauth2-provider.md) describes it.
func Profile() compat.Profile {
	return compat.Profile{Name: oauthv1alpha1.CompatibilityCoder, Routes: []compat.Route{
		{Path: authorizePath, To: endpoints.Authorization, Request: ask},
		{Path: tokensPath, To: endpoints.Token, Delete: func(s *compat.Server) httpx.Endpoint { return &withdrawal{s} }},
		{Path: revokePath, To: endpoints.Revocation},
		{Path: "/oauth2/register", To: endpoints.Registration, Answer: registered},
		{Path: clientsPath, Own: func(s *compat.Server) httpx.Endpoint { return &management{s} }, Answer: registered, Registered: true},
		{Path: appsPath, Own: func(s *compat.Server) httpx.Endpoint { return &applications{s} }},
		{Path: appsPath + "/", Own: func(s *compat.Server) httpx.Endpoint { return &application{s} }, Registered: true},
		{Path: "/api/v2/users/me", To: endpoints.Userinfo, Answer: user},
	}}
}

// ask adds the scopes profile and email to a request without a scope. Coder has no scopes, and
// each of its tokens identifies the user.
func ask(s *compat.Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := compat.Parameters(w, r)
	if err != nil {
		return nil, err
	}
	if len(strings.Fields(form.Get("scope"))) == 0 {
		if err := s.Ask(form, compat.ScopeProfile, compat.ScopeEmail); err != nil {
			return nil, err
		}
	}
	return compat.With(r, form), nil
}

// user returns the claims about a user under Coder's names. Applications link accounts by
// username and email, so these are omitted rather than empty. Coder bases its own authorization
// on roles and organizations, so both lists are empty.
func user(_ *compat.Server, _ *http.Request, claims map[string]any) (any, error) {
	out := map[string]any{"name": "", "avatar_url": "", "status": "active", "organization_ids": []string{}, "roles": []string{}}
	return compat.Named(out, claims, map[string]string{"id": "sub", "username": "preferred_username", "name": "name", "email": "email", "avatar_url": "picture"}), nil
}

// registered replaces the server's path in registration_client_uri with Coder's.
func registered(s *compat.Server, _ *http.Request, members map[string]any) (any, error) {
	if uri, ok := members["registration_client_uri"].(string); ok {
		if name, ok := strings.CutPrefix(uri, s.Issuer()+endpoints.Registration+"/"); ok {
			members["registration_client_uri"] = s.Issuer() + clientsPath + name
		}
	}
	return members, nil
}

// management is the endpoint at which clients manage their registration.
type management struct{ *compat.Server }

var _ httpx.Endpoint = (*management)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *management) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	_, name, _ := strings.Cut(r.URL.Path, clientsPath)
	to := r.Clone(r.Context())
	to.URL.Path, to.URL.RawPath = endpoints.Registration+"/"+name, ""
	return c.Management.ServeEndpoint(w, to)
}
