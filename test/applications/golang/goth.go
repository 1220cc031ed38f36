package main

import (
	"context"
	"net/http"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/openidConnect"
)

// gothic is goth's provider for OpenID Connect, which Gitea uses. It sends neither a
// challenge nor a nonce, and has no way to.
func gothic(_ context.Context, s settings) (site, error) {
	provider, err := openidConnect.New(s.id, s.secret, s.redirectURI, s.issuer+"/.well-known/openid-configuration", "profile", "email")
	if err != nil {
		return site{}, err
	}
	session, err := provider.BeginAuth("some-state")
	if err != nil {
		return site{}, err
	}
	finish := func(r *http.Request) (p person, err error) {
		if _, err := session.Authorize(provider, r.URL.Query()); err != nil {
			return p, err
		}
		user, err := provider.FetchUser(session)
		if err != nil {
			return p, err
		}
		next, err := provider.RefreshToken(user.RefreshToken)
		if err != nil {
			return p, err
		}
		return person{user.UserID, user.Name, user.Email, next.AccessToken != user.AccessToken}, nil
	}
	return site{redirect(session.GetAuthURL), finished(finish)}, nil
}

var _ goth.Provider = (*openidConnect.Provider)(nil)
