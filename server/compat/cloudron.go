package compat

import (
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// cloudron is the OAuth provider that Cloudron had, as its article "Using Cloudron as OAuth 2
// provider" of March 2017 says.
func cloudron() Profile {
	return Profile{Name: oauthv1alpha1.CompatibilityCloudron, Routes: []Route{
		{Path: "/api/v1/oauth/dialog/authorize", To: endpoints.Authorization, Request: askCloudron},
		{Path: "/api/v1/oauth/token", To: endpoints.Token},
		{Path: "/api/v1/profile", To: endpoints.Userinfo, Answer: cloudronUser},
	}}
}

// askCloudron asks for what the scope profile means there: also the e-mail address. The user
// sees both. An application that names no scope means those that it is registered with.
func askCloudron(s *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := parameters(w, r)
	if err != nil {
		return nil, err
	}
	scopes := strings.Fields(form.Get("scope"))
	if len(scopes) == 0 || slices.Contains(scopes, scopeProfile) {
		if err := s.ask(form, scopeProfile, scopeEmail); err != nil {
			return nil, err
		}
	}
	return with(r, form), nil
}

// cloudronUser names what the scopes of a token tell of its user as Cloudron does.
func cloudronUser(_ *Server, _ *http.Request, claims map[string]any) (any, error) {
	return named(map[string]any{}, claims, map[string]string{"id": "sub", "username": "preferred_username", "displayName": "name", "email": "email"}), nil
}
