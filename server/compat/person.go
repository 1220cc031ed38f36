package compat

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// hint asks for a user by name: that of login_hint (OpenID Connect Core 1.0 section 3.1.2.1).
// If another one is signed in, the user chooses.
func (s *Server) hint(r *http.Request, form url.Values, user string) error {
	if !form.Has("login_hint") {
		form.Set("login_hint", user)
	}
	visit, err := s.Visits.Visit(r)
	if err != nil || visit.Person == nil || visit.Person.Username == user {
		return err
	}
	prompts := strings.Fields(form.Get("prompt"))
	switch {
	case slices.Contains(prompts, "none"):
		// Nothing may be shown, so nobody can choose.
		form.Set("max_age", "0")
	case !slices.Contains(prompts, "login"):
		form.Set("prompt", strings.Join(append(prompts, "login"), " "))
	}
	return nil
}

// username returns the name of the user of an access token that was just issued. That the
// user cannot be found is no reason to refuse: the code is used, and the token counts.
func (s *Server) username(ctx context.Context, token string) string {
	claims, err := s.Tokens.Access(token)
	if err != nil || claims == nil || claims.Grant == "" {
		return ""
	}
	authorized, err := s.Tokens.Authorized(ctx, claims)
	if err != nil || authorized == nil {
		return ""
	}
	return authorized.User.Username
}
