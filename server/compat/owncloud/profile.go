package owncloud

import (
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// donePath is the page that applications show to the user once they have a token.
const donePath = "/index.php/apps/oauth2/authorization-successful"

// Profile returns the table of the app oauth2 of ownCloud 10 (https://github.com/owncloud/oauth2).
func Profile() compat.Profile {
	return compat.Profile{Name: oauthv1alpha1.CompatibilityOwnCloud, Routes: []compat.Route{
		{Path: "/index.php/apps/oauth2/authorize", To: endpoints.Authorization, Request: ask},
		{Path: "/index.php/apps/oauth2/api/v1/token", To: endpoints.Token, Request: redeem, Answer: withUser},
		{Path: donePath, Own: func(s *compat.Server) httpx.Endpoint { return note{s.Pages, doneNote} }, Page: true},
	}}
}

// doneNote is the content of the page at donePath.
var doneNote = ui.Note{Title: "You are connected", Message: "The application has access now. You can close this window."}

// ask translates an authorization request. ownCloud has no scopes and tells every application
// the username, so a request without a scope asks for profile, which covers it.
func ask(s *compat.Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := compat.Parameters(w, r)
	if err != nil {
		return nil, err
	}
	elsewhere := form.Has("request") || form.Has("request_uri")
	if !elsewhere && !form.Has("redirect_uri") {
		return nil, errRedirectURI
	}
	if !form.Has("scope") {
		if err := s.Ask(form, compat.ScopeProfile); err != nil {
			return nil, err
		}
	}
	if user := form.Get("user"); user != "" && !elsewhere {
		if err := hint(s.Visits, r, form, user); err != nil {
			return nil, err
		}
	}
	form.Del("user")
	return compat.With(r, form), nil
}

// redeem refuses token requests that ownCloud does not document. The desktop client sends the
// same credentials in the header and in the body, so those in the body are removed.
func redeem(_ *compat.Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := compat.Parameters(w, r)
	if err != nil {
		return nil, err
	}
	if id, secret, ok := r.BasicAuth(); ok && form.Get("client_id") == id && form.Get("client_secret") == secret {
		form.Del("client_id")
		form.Del("client_secret")
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		if !form.Has("redirect_uri") {
			return nil, errRedirectURI
		}
	case "refresh_token", "":
	default:
		return nil, errGrantType
	}
	return compat.With(r, form), nil
}

// withUser adds the username to a token answer, if the token has the scope profile, and the
// address to which the application then sends the user.
func withUser(s *compat.Server, r *http.Request, answer map[string]any) (any, error) {
	answer["message_url"] = s.Issuer() + donePath
	scope, _ := answer["scope"].(string)
	token, _ := answer["access_token"].(string)
	if !slices.Contains(strings.Fields(scope), compat.ScopeProfile) {
		return answer, nil
	}
	if name := username(r.Context(), s.Tokens, token); name != "" {
		answer["user_id"] = name
	}
	return answer, nil
}

var (
	errRedirectURI = httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'redirect_uri' is missing.")
	errGrantType   = httpx.BadRequest(httpx.CodeUnsupportedGrantType, "The grant_type must be authorization_code or refresh_token at this address.")
)
