package dpop

import (
	"net/http"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// A proof costs no request to the API server: each step asks what it asks without one.
func TestBudgets(t *testing.T) {
	t.Parallel()
	g, proxy := installation.Isolated(t)
	p := program{key: dpoptest.NewKey(t), App: g.NewApp(t, installation.Application(devenv.Namespace(t, g.Kube.Config), "app", public))}
	own := program{key: dpoptest.NewKey(t), App: g.NewApp(t, installation.Application(p.Object.Namespace, "own", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}, nil
	}))}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	asked := url.Values{"scope": {"openid profile offline_access"}}
	p.App.Tokens(t, v, "alice", asked)
	ledger := installation.NewLedger(t, g, proxy)
	for _, proves := range []bool{false, true} {
		send, kind, userinfo := p.bare, "Bearer", func(token string) installation.Answer { return p.userinfo(t, "Bearer", token) }
		name := ", without a proof"
		if proves {
			send, kind, name = p.post, "DPoP", ", with a proof"
			asked = url.Values{"scope": asked["scope"], "dpop_jkt": {p.key.Thumbprint(t)}}
			userinfo = func(token string) installation.Answer { return p.userinfo(t, "DPoP", token, p.shown(token)) }
		}
		var code, verifier string
		var tokens map[string]any
		step := func(what string, wanted devenv.Counts, do func()) {
			t.Helper()
			ledger.Step(t, what+name, wanted, do)
		}
		step("asking for a code", installation.Asks("get consents", "get logins"), func() { code, verifier = p.Code(t, v, "alice", asked) })
		step("redeeming it", installation.Asks("create grants", "get consents", "get logins"), func() {
			tokens = given(t, send(t, "/token", p.redemption(code, verifier)), kind)
		})
		step("refreshing", installation.Asks("get grants", "update grants"), func() { tokens = given(t, send(t, "/token", refreshing(tokens)), kind) })
		step("userinfo", installation.Asks("get grants"), func() {
			access, _ := tokens["access_token"].(string)
			if answer := userinfo(access); answer.Status != http.StatusOK {
				t.Errorf("userinfo answers %d %s", answer.Status, answer.Body)
			}
		})
		send = own.bare
		if proves {
			send = own.post
		}
		step("a token of its own", installation.Asks(), func() { given(t, send(t, "/token", installation.TokenForm("read")), kind) })
	}
}
