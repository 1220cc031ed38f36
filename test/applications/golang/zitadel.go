package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// zitadel does as the example of zitadel/oidc does, which sends a challenge if PKCE is
// true in the environment.
func zitadel(ctx context.Context, s settings) (site, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	cookies := httphelper.NewCookieHandler(key, key, httphelper.WithUnsecure())
	options := []rp.Option{rp.WithCookieHandler(cookies)}
	if os.Getenv("PKCE") == "true" {
		options = append(options, rp.WithPKCE(cookies))
	}
	party, err := rp.NewRelyingPartyOIDC(ctx, s.issuer, s.id, s.secret, s.redirectURI, []string{"openid", "profile", "email"}, options...)
	if err != nil {
		return site{}, err
	}
	shown := func(w http.ResponseWriter, r *http.Request, tokens *oidc.Tokens[*oidc.IDTokenClaims], _ string, party rp.RelyingParty, info *oidc.UserInfo) {
		next, err := rp.RefreshTokens[*oidc.IDTokenClaims](r.Context(), party, tokens.RefreshToken, "", "")
		if err != nil {
			show(w, err)
			return
		}
		show(w, person{info.Subject, info.Name, info.Email, next.AccessToken != tokens.AccessToken})
	}
	return site{
		begin:  rp.AuthURLHandler(rand.Text, party),
		finish: rp.CodeExchangeHandler(rp.UserinfoCallback(shown), party),
	}, nil
}
