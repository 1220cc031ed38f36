package compat

import (
	"net/http"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// owncloudDone is the path of the page to which applications lead when they have a token.
const owncloudDone = "/index.php/apps/oauth2/authorization-successful"

// owncloud is the app oauth2 of ownCloud 10 (https://github.com/owncloud/oauth2).
func owncloud() Profile {
	return Profile{Name: oauthv1alpha1.CompatibilityOwnCloud, Routes: []Route{
		{Path: "/index.php/apps/oauth2/authorize", To: endpoints.Authorization, Request: askOwnCloud},
		{Path: "/index.php/apps/oauth2/api/v1/token", To: endpoints.Token, Request: redeemOwnCloud, Answer: owncloudToken},
		{Path: owncloudDone, Own: func(s *Server) httpx.Endpoint { return note{s.Pages, owncloudNote} }, Page: true},
	}}
}

// owncloudNote is the page of owncloudDone.
var owncloudNote = ui.Note{Title: "You are connected", Message: "The application has access now. You can close this window."}

// askOwnCloud reads what only ownCloud knows. It has no scopes, and its applications learn the
// username, so the user is asked for the scope that covers it.
func askOwnCloud(s *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := parameters(w, r)
	if err != nil {
		return nil, err
	}
	elsewhere := form.Has("request") || form.Has("request_uri")
	if !elsewhere && !form.Has("redirect_uri") {
		return nil, errRedirectURI
	}
	if !form.Has("scope") {
		if err := s.ask(form, scopeProfile); err != nil {
			return nil, err
		}
	}
	if user := form.Get("user"); user != "" && !elsewhere {
		if err := s.hint(r, form, user); err != nil {
			return nil, err
		}
	}
	form.Del("user")
	return with(r, form), nil
}

// redeemOwnCloud refuses what ownCloud does not document. Its desktop program sends the same
// credentials twice, which counts as once.
func redeemOwnCloud(_ *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	form, err := parameters(w, r)
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
	return with(r, form), nil
}

// owncloudToken adds the username, as far as the scopes of the token tell it, and where the
// application leads its user.
func owncloudToken(s *Server, r *http.Request, answer map[string]any) (any, error) {
	answer["message_url"] = s.Issuer() + owncloudDone
	scope, _ := answer["scope"].(string)
	token, _ := answer["access_token"].(string)
	if !slices.Contains(strings.Fields(scope), scopeProfile) {
		return answer, nil
	}
	if name := s.username(r.Context(), token); name != "" {
		answer["user_id"] = name
	}
	return answer, nil
}

var (
	errRedirectURI = httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'redirect_uri' is missing.")
	errGrantType   = httpx.BadRequest(httpx.CodeUnsupportedGrantType, "The grant_type must be authorization_code or refresh_token at this address.")
)
