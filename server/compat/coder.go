package compat

import (
	"encoding/json"
	"net/http"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Paths of Coder.
const (
	coderApps      = "/api/v2/oauth2-provider/apps"
	coderAuthorize = "/oauth2/authorize"
	coderTokens    = "/oauth2/tokens"
	coderRevoke    = "/oauth2/revoke"
	coderClients   = "/oauth2/clients/"
)

// coder is the table of Coder (docs/admin/integrations/oauth2-provider.md of it).
func coder() Profile {
	return Profile{Name: oauthv1alpha1.CompatibilityCoder, Routes: []Route{
		{Path: coderAuthorize, To: endpoints.Authorization, Request: askCoder},
		{Path: coderTokens, To: endpoints.Token, Delete: func(s *Server) httpx.Endpoint { return &coderWithdrawal{s} }},
		{Path: coderRevoke, To: endpoints.Revocation},
		{Path: "/oauth2/register", To: endpoints.Registration, Answer: coderRegistered},
		{Path: coderClients, Own: func(s *Server) httpx.Endpoint { return &coderManagement{s} }, Registered: true},
		{Path: coderApps, Own: func(s *Server) httpx.Endpoint { return &coderApplications{s} }},
		{Path: coderApps + "/", Own: func(s *Server) httpx.Endpoint { return &coderApplication{s} }, Registered: true},
		{Path: "/api/v2/users/me", To: endpoints.Userinfo, Answer: coderUser},
	}}
}

// askCoder asks for who the user is where a request names no scope: Coder has none, and each of
// its tokens tells that.
func askCoder(s *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := parameters(w, r)
	if err != nil {
		return nil, err
	}
	if len(strings.Fields(form.Get("scope"))) == 0 {
		if err := s.ask(form, scopeProfile, scopeEmail); err != nil {
			return nil, err
		}
	}
	return with(r, form), nil
}

// coderUser names what the scopes of a token tell of its user as Coder does. Roles and
// organizations are what Coder decides with, so there are none.
func coderUser(_ *Server, _ *http.Request, claims map[string]any) (any, error) {
	user := map[string]any{"username": "", "name": "", "email": "", "avatar_url": "", "status": "active", "organization_ids": []string{}, "roles": []string{}}
	for name, claim := range map[string]string{"id": "sub", "username": "preferred_username", "name": "name", "email": "email", "avatar_url": "picture"} {
		if value, ok := claims[claim]; ok {
			user[name] = value
		}
	}
	return user, nil
}

// coderRegistered leaves the address at which a client manages its registration below the path
// of Coder.
func coderRegistered(s *Server, _ *http.Request, members map[string]any) (any, error) {
	if uri, ok := members["registration_client_uri"].(string); ok {
		if name, ok := strings.CutPrefix(uri, s.Issuer()+endpoints.Registration+"/"); ok {
			members["registration_client_uri"] = s.Issuer() + coderClients + name
		}
	}
	return members, nil
}

// coderManagement is where clients that registered manage that.
type coderManagement struct{ *Server }

var _ httpx.Endpoint = (*coderManagement)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (c *coderManagement) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	_, name, _ := strings.Cut(r.URL.Path, coderClients)
	to := r.Clone(r.Context())
	to.URL.Path, to.URL.RawPath = endpoints.Registration+"/"+name, ""
	held := &answer{ResponseWriter: w, status: http.StatusOK}
	if err := c.Management.ServeEndpoint(held, to); err != nil {
		return err
	}
	if held.body.Len() == 0 {
		w.WriteHeader(held.status)
		return nil
	}
	var members map[string]any
	decoder := json.NewDecoder(&held.body)
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		return err
	}
	changed, err := coderRegistered(c.Server, r, members)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, held.status, changed)
	return nil
}
