package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/hashicorp/cap/oidc"
)

// capOIDC does as the example of HashiCorp's cap does, which is what Vault, Boundary and
// Consul sign people in with: RS256, and a nonce.
func capOIDC(ctx context.Context, s settings) (site, error) {
	ca, err := os.ReadFile(os.Getenv("CA_FILE"))
	if err != nil {
		return site{}, err
	}
	config, err := oidc.NewConfig(s.issuer, s.id, oidc.ClientSecret(s.secret), []oidc.Alg{oidc.RS256}, []string{s.redirectURI},
		oidc.WithScopes("profile", "email"), oidc.WithProviderCA(string(ca)))
	if err != nil {
		return site{}, err
	}
	provider, err := oidc.NewProvider(config)
	if err != nil {
		return site{}, err
	}
	request, err := oidc.NewRequest(time.Minute, s.redirectURI)
	if err != nil {
		return site{}, err
	}
	begin := func() (string, error) { return provider.AuthURL(ctx, request) }
	finish := func(r *http.Request) (p person, err error) {
		token, err := provider.Exchange(ctx, request, r.FormValue("state"), r.FormValue("code"))
		if err != nil {
			return p, err
		}
		var claims struct {
			Subject string `json:"sub"`
		}
		if err := token.IDToken().Claims(&claims); err != nil {
			return p, err
		}
		source := token.StaticTokenSource()
		if source == nil {
			return p, errors.New("no access token")
		}
		p.Subject = claims.Subject
		return p, provider.UserInfo(ctx, source, claims.Subject, &p)
	}
	return site{redirect(begin), finished(finish)}, nil
}
