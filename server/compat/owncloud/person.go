package owncloud

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/tokens"
)

// hint passes the requested username on as login_hint (OpenID Connect Core 1.0 section 3.1.2.1).
// If a different user is signed in, it adds prompt=login, so that the user can switch. With
// prompt=none there is no page to do that on, and the name is ignored: a refusal would tell the
// client who is signed in, before any consent.
func hint(visits compat.Visits, r *http.Request, form url.Values, user string) error {
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
	visit, err := visits.Visit(r)
	if err != nil || visit.Person == nil || visit.Person.Username == user {
		return err
	}
	form.Set("prompt", strings.Join(append(prompts, "login"), " "))
	return nil
}

// username returns the username of the user of an access token that was just issued, or "" if
// it cannot be read. That is not an error: the code has been redeemed and the token is valid.
func username(ctx context.Context, verifier *tokens.Verifier, token string) string {
	claims, err := verifier.Access(token)
	if err != nil || claims == nil || claims.Grant == "" {
		return ""
	}
	authorized, err := verifier.Authorized(ctx, claims)
	if err != nil || authorized == nil {
		return ""
	}
	return authorized.User.Username
}
