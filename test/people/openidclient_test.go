package people

import (
	"cmp"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// nodeApp is an application that uses openid-client for Node.js.
type nodeApp struct {
	ID          string `json:"id"`
	Secret      string `json:"secret,omitempty"`
	Key         []byte `json:"key,omitempty"`
	Method      string `json:"method"`
	Algorithm   string `json:"algorithm"`
	RedirectURI string `json:"redirectURI"`
}

// step makes the application take a step of openid-client/people.mjs.
func (a nodeApp) step(t *testing.T, step string, more map[string]any, result any) {
	t.Helper()
	input := map[string]any{"step": step, "issuer": grantor(t).Issuer, "client": a}
	maps.Copy(input, more)
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	output := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), text,
		"env", "NODE_EXTRA_CA_CERTS="+grantor(t).TLS.CAFile, "node", "people.mjs")
	if err := json.Unmarshal(output, result); err != nil {
		t.Fatalf("%s answered %s: %v", step, output, err)
	}
}

// npmResult is what the application has at the end.
type npmResult struct {
	Claims, Userinfo, Header    map[string]any
	Scope                       string
	Renewed, SamePerson         bool
	RefreshAfter, UserinfoAfter string
	EndSession                  string
}

// The library that most applications for Node.js use signs people in without
// special cases.
func TestOpenIDClientForNodeSignsUsersIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method    oauthv1alpha1.AuthenticationMethod
		algorithm oauthv1alpha1.IDTokenAlgorithm
	}{
		"with client_secret_basic and ES256": {oauthv1alpha1.AuthenticationBasic, oauthv1alpha1.IDTokenES256},
		"with nothing set on either side":    {oauthv1alpha1.AuthenticationBasic, ""},
		"with client_secret_post and RS256":  {oauthv1alpha1.AuthenticationPost, oauthv1alpha1.IDTokenRS256},
		"without a secret, and ES256":        {oauthv1alpha1.AuthenticationNone, oauthv1alpha1.IDTokenES256},
		"without a secret, and RS256":        {oauthv1alpha1.AuthenticationNone, oauthv1alpha1.IDTokenRS256},
		"with a request that is pushed":      {oauthv1alpha1.AuthenticationBasic, ""},
		"pushed without a secret":            {oauthv1alpha1.AuthenticationNone, ""},
		"signed without a secret":            {oauthv1alpha1.AuthenticationNone, ""},
		"signed with the key that it has":    {oauthv1alpha1.AuthenticationPrivateKeyJWT, ""},
		"signed and pushed, with a key":      {oauthv1alpha1.AuthenticationPrivateKeyJWT, oauthv1alpha1.IDTokenES256},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pushed, signed := strings.Contains(name, "pushed"), strings.Contains(name, "signed")
			keys := newObjectSigner(t, jose.ES256)
			app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.Authentication.Method = test.method
				c.Spec.Tokens.IDToken.Algorithm = test.algorithm
				c.Spec.PostLogoutRedirectURIs = c.Spec.RedirectURIs
				if pushed {
					pushRequired(c)
				}
				if test.method == oauthv1alpha1.AuthenticationPrivateKeyJWT {
					c.Spec.Authentication.JWKS = keys.jwks(t)
				} else if signed {
					keys.keys(t)(c)
				}
				if signed {
					signRequired(c)
				}
			})
			node := nodeApp{app.ID, app.Secret, keys.pkcs8(t), string(test.method), string(test.algorithm), app.Redirect}
			begun := map[string]any{}
			node.step(t, "begin", map[string]any{"pushed": pushed, "signed": signed}, &begun)
			to, _ := begun["url"].(string)
			v := visitor(t)
			view := v.Through(t, v.Get(t, to), "alice")
			var got npmResult
			node.step(t, "finish", map[string]any{"begun": begun, "callback": view.Elsewhere.String()}, &got)
			got.check(t, string(cmp.Or(test.algorithm, oauthv1alpha1.IDTokenRS256)))

			view = v.Decide(t, v.Get(t, got.EndSession), "allow")
			if view.Elsewhere == nil || view.Elsewhere.String() != installation.Redirect+"?state=bye" {
				t.Errorf("signing out answers %d and leads to %s", view.Status, view.Elsewhere)
			}
		})
	}
}

func (s npmResult) check(t *testing.T, algorithm string) {
	t.Helper()
	if s.Header["alg"] != algorithm || s.Scope != "openid profile email offline_access" {
		t.Errorf("the ID token has %v, the tokens the scope %q", s.Header, s.Scope)
	}
	if s.Userinfo["sub"] != s.Claims["sub"] || s.Userinfo["email"] != "alice@example.com" || s.Userinfo["preferred_username"] != "alice" {
		t.Errorf("the ID token says %v, userinfo %v", s.Claims, s.Userinfo)
	}
	if !s.Renewed || !s.SamePerson || s.RefreshAfter != "invalid_grant" || s.UserinfoAfter != "OAUTH_WWW_AUTHENTICATE_CHALLENGE" {
		t.Errorf("refreshing and revoking: %+v", s)
	}
}
