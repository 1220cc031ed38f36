package clientspec

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// sample returns the client of the samples that meets the profile, with changes.
func sample(t *testing.T, changes ...func(*oauthv1alpha1.OAuthClient)) Candidate {
	t.Helper()
	text, err := os.ReadFile("../../config/samples/fapi/oauthclient.yaml")
	c := &oauthv1alpha1.OAuthClient{}
	if err == nil {
		err = yaml.UnmarshalStrict(text, c)
	}
	if err != nil {
		t.Fatal(err)
	}
	// The defaults of the schema.
	c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken}
	for _, change := range changes {
		change(c)
	}
	return Candidate{Client: c}
}

func TestFAPI2(t *testing.T) {
	required := policies(policy("fapi", policySpec{Require: oauthv1alpha1.PolicyRequirements{Profile: oauthv1alpha1.SecurityProfileFAPI2}}))
	all := policies(policy("all", policySpec{Require: oauthv1alpha1.PolicyRequirements{PKCE: true, PushedAuthorization: true, Binding: "Required"}}), required[0])
	openid := server(func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Scopes = append(s.Spec.Scopes, oauthv1alpha1.ScopeDefinition{Name: "openid"})
	})
	own := func(a oauthv1alpha1.ClientAuthentication) func(*oauthv1alpha1.OAuthClient) { return withAssertions(a) }
	for name, test := range map[string]struct {
		client   Candidate
		policies []*oauthv1alpha1.OAuthClientPolicy
		says     []string
	}{
		"the sample": {sample(t), required, nil},
		"what policies require is the client's": {sample(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.PKCE, c.Spec.PushedAuthorization, c.Spec.Tokens.AccessToken.Binding = "Auto", "Optional", ""
		}), all, nil},
		"three things": {sample(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.PKCE, c.Spec.PushedAuthorization, c.Spec.Tokens.AccessToken.Binding = "Auto", "Optional", ""
		}), required, []string{`Policy "fapi" of OAuthServer system/default requires`, "spec.pkce", "spec.pushedAuthorization", "spec.tokens.accessToken.binding"}},
		"a redirect URI that was found": {func() Candidate {
			c := sample(t, func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.RedirectURIsFrom = []oauthv1alpha1.RedirectSource{{Kind: "Ingress", Name: "a", Path: "/cb"}}
			})
			c.Redirects.URIs = []string{"http://app.example/cb"}
			return c
		}(), required, []string{`"http://app.example/cb" is not https`}},
		"a key that cannot sign with RS256": {sample(t, own(oauthv1alpha1.ClientAuthentication{JWKS: ecKeys()})), required, nil},
		"keys that may":                     {sample(t, own(oauthv1alpha1.ClientAuthentication{JWKSURI: "https://app.example/jwks"})), required, []string{"RS256"}},
		"ServiceAccounts": {
			sample(t, own(oauthv1alpha1.ClientAuthentication{ServiceAccounts: []oauthv1alpha1.ServiceAccountReference{{Name: "a"}}})), required, []string{"serviceAccounts"},
		},
		"requests that may be signed with RS256": {sample(t, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationTLS}
			c.Spec.RequestObject = &oauthv1alpha1.ClientRequestObject{JWKSURI: "https://app.example/jwks"}
		}), required, []string{"RS256"}},
		"without a policy": {candidate(redirecting("https://app.example/cb")), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			decision := Decide(test.client, Inputs{Servers: servers(openid), Policies: test.policies})
			if len(test.says) == 0 {
				if decision.Refusal != nil || decision.Client.Authentication.IssuerOnly != (len(test.policies) > 0) {
					t.Errorf("%+v", decision)
				}
				return
			}
			if decision.Refusal == nil || decision.Refusal.Reason != oauthv1alpha1.ReasonProfileRequired {
				t.Fatalf("refused by %+v", decision.Refusal)
			}
			for _, text := range test.says {
				if !strings.Contains(decision.Refusal.Message, text) {
					t.Errorf("%q is not in %q", text, decision.Refusal.Message)
				}
			}
		})
	}
}
