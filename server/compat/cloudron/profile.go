package cloudron

import (
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/compat"
)

// Profile returns the table of Cloudron's former OAuth provider, as documented in its article
// "Using Cloudron as OAuth 2 provider" of March 2017.
func Profile() compat.Profile {
	return compat.Profile{Name: oauthv1alpha1.CompatibilityCloudron, Routes: []compat.Route{
		{Path: "/api/v1/oauth/dialog/authorize", To: endpoints.Authorization, Request: ask},
		{Path: "/api/v1/oauth/token", To: endpoints.Token},
		{Path: "/api/v1/profile", To: endpoints.Userinfo, Answer: user},
	}}
}

// ask adds the scope email to profile, because Cloudron's profile includes the e-mail address.
// The consent page shows both. An application that requests no scope gets both as well, if it
// may ask for them.
func ask(s *compat.Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := compat.Parameters(w, r)
	if err != nil {
		return nil, err
	}
	scopes := strings.Fields(form.Get("scope"))
	if len(scopes) == 0 || slices.Contains(scopes, compat.ScopeProfile) {
		if err := s.Ask(form, compat.ScopeProfile, compat.ScopeEmail); err != nil {
			return nil, err
		}
	}
	return compat.With(r, form), nil
}

// user returns the claims about a user under Cloudron's names.
func user(_ *compat.Server, _ *http.Request, claims map[string]any) (any, error) {
	return compat.Named(map[string]any{}, claims, map[string]string{"id": "sub", "username": "preferred_username", "displayName": "name", "email": "email"}), nil
}
