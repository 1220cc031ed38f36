package compat

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// hint asks for a user by name: that of login_hint (OpenID Connect Core 1.0 section 3.1.2.1).
// If another one is signed in, the user chooses. With prompt=none nobody can choose, and the
// name is ignored: a refusal would tell the client who is signed in, before any consent.
func (s *Server) hint(r *http.Request, form url.Values, user string) error {
	prompts := strings.Fields(form.Get("prompt"))
	if slices.Contains(prompts, "none") {
		return nil
	}
	if !form.Has("login_hint") {
		form.Set("login_hint", user)
	}
	if slices.Contains(prompts, "login") {
		return nil
	}
	visit, err := s.Visits.Visit(r)
	if err != nil || visit.Person == nil || visit.Person.Username == user {
		return err
	}
	form.Set("prompt", strings.Join(append(prompts, "login"), " "))
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

// named adds what claims say of a user to an answer that has other names for them. These
// systems verify addresses, and have no member that says of one that it was not, so such an
// address is left out.
func named(user, claims map[string]any, names map[string]string) map[string]any {
	for name, claim := range names {
		value, there := claims[claim]
		if claim == scopeEmail && claims["email_verified"] != true {
			continue
		}
		if there {
			user[name] = value
		}
	}
	return user
}
