package chain

import (
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// TestEvidence: what a provider says of second factors counts only as far as it is trusted.
func TestEvidence(t *testing.T) {
	for name, test := range map[string]struct {
		kind string
		rule oauthv1alpha1.ProviderSecondFactor
		amr  []string
		acr  string
		want []string
	}{
		"nothing said, nothing trusted": {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{}, nil, "", nil},
		"mfa said, nothing trusted":     {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{}, []string{"pwd", "mfa"}, "gold", nil},
		"mfa said and trusted":          {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{AMR: []string{"mfa"}}, []string{"pwd", "mfa"}, "", []string{"pwd", "mfa"}},
		"another method trusted":        {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{AMR: []string{"hwk"}}, []string{"hwk"}, "", []string{"hwk", "mfa"}},
		"only a password said":          {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{AMR: []string{"mfa"}, ACR: []string{"gold"}}, []string{"pwd"}, "silver", nil},
		"a class trusted":               {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{ACR: []string{"gold"}}, nil, "gold", []string{"mfa"}},
		"no class, and an empty one":    {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{ACR: []string{""}}, nil, "", nil},
		"the password typed here":       {providerspec.TypeLDAP, oauthv1alpha1.ProviderSecondFactor{}, []string{"pwd"}, "", []string{"pwd"}},
		"more methods than are kept":    {providerspec.TypeOIDC, oauthv1alpha1.ProviderSecondFactor{AMR: []string{"mfa"}}, slices.Concat(slices.Repeat([]string{"x"}, 20), []string{"mfa"}), "", append(slices.Repeat([]string{"x"}, 8), "mfa")},
	} {
		t.Run(name, func(t *testing.T) {
			p := &providers.Provider{Name: "corp", Object: &oauthv1alpha1.OAuthIdentityProvider{}, Settings: providerspec.Settings{Type: test.kind}}
			p.Object.Spec.SecondFactor = test.rule
			got := evidence(p, &upstream.Account{AMR: test.amr, ACR: test.acr, Session: "s"})
			if !slices.Equal(got.AMR, test.want) || got.Source != "corp" || got.Session != "s" {
				t.Errorf("%+v, not %v", got, test.want)
			}
		})
	}
}
