package dpop

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// A nonce of one replica counts at each other one, and stands for a clock that is wrong.
func TestNonceOfAnotherReplica(t *testing.T) {
	t.Parallel()
	checkNonces(t, service(t))
}

func checkNonces(t *testing.T, p program) {
	t.Helper()
	ask := func(n int, nonce any) installation.Answer {
		t.Helper()
		proof := p.proof(http.MethodPost, "/token", map[string]any{"nonce": nonce, "iat": time.Now().Add(-time.Hour).Unix()})
		return installation.Do(t, p.replica(t, n).request(t, "/token", installation.TokenForm("read"), proof))
	}
	for n := range shared.Grantor(t).Servers {
		answer := ask(n, nil)
		denied(t, "a wrong clock", answer, "use_dpop_nonce")
		for other := range shared.Grantor(t).Servers {
			given(t, ask(other, answer.Header.Get("DPoP-Nonce")), "DPoP")
		}
	}
	denied(t, "a nonce of another server", ask(0, "a.b"), "use_dpop_nonce")
}

// openid-client for Node.js with its defaults and a key.
func TestNodeLibrary(t *testing.T) {
	t.Parallel()
	checkNode(t, newProgram(t))
	checkNode(t, newProgram(t, public, bound(oauthv1alpha1.AccessTokenBindingDPoP)))
}

func checkNode(t *testing.T, p program) {
	t.Helper()
	step := func(step string, more map[string]any, result any) {
		t.Helper()
		input := map[string]any{"step": step, "issuer": p.Issuer, "id": p.ID, "secret": p.Secret, "redirectURI": p.Redirect}
		maps.Copy(input, more)
		text, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		output := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), text, "node", "dpop.mjs")
		if err := json.Unmarshal(output, result); err != nil {
			t.Fatalf("%s answered %s: %v", step, output, err)
		}
	}
	begun := map[string]any{}
	step("begin", nil, &begun)
	to, _ := begun["url"].(string)
	v := visitor(t)
	view := v.Through(t, v.Get(t, to), "alice")
	var got struct {
		TokenType, Refreshed, Thumbprint, Bearer string
		Userinfo, Confirmation                   map[string]any
	}
	step("finish", map[string]any{"begun": begun, "callback": view.Elsewhere.String()}, &got)
	if got.TokenType != "dpop" || got.Refreshed != "dpop" || got.Userinfo["preferred_username"] != "alice" ||
		got.Thumbprint == "" || got.Confirmation["jkt"] != got.Thumbprint || got.Bearer != "OAUTH_WWW_AUTHENTICATE_CHALLENGE" {
		t.Errorf("the library got %+v", got)
	}
}

// With Require, a proof needs a nonce everywhere, and libraries repeat their requests. It runs
// alone, because it changes the server of the other tests.
func TestRequiredNonces(t *testing.T) {
	g, p := shared.Grantor(t), service(t)
	former := g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.HTTP.DPoPNonce = oauthv1alpha1.DPoPNonceRequire })
	defer func() {
		g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.HTTP = former.Spec.HTTP })
		everywhere(t, p, func(answer installation.Answer) bool { return answer.Status == http.StatusOK })
	}()
	everywhere(t, p, func(answer installation.Answer) bool { return answer.Code() == "use_dpop_nonce" })
	checkNonces(t, p)
	given(t, p.bare(t, "/token", installation.TokenForm("read")), "Bearer")
	app := newProgram(t, public)
	code, verifier := app.code(t, nil)
	answer := app.post(t, "/token", app.redemption(code, verifier))
	denied(t, "a code without a nonce", answer, "use_dpop_nonce")
	nonce := map[string]any{"nonce": answer.Header.Get("DPoP-Nonce")}
	answer = installation.Do(t, app.replica(t, 2).request(t, "/token", app.redemption(code, verifier), app.proof(http.MethodPost, "/token", nonce)))
	access, _ := given(t, answer, "DPoP")["access_token"].(string)
	answer = app.userinfo(t, "DPoP", access, app.shown(access))
	if answer.Status != http.StatusUnauthorized || answer.Code() != "use_dpop_nonce" {
		t.Errorf("userinfo without a nonce: %d %s", answer.Status, answer.Body)
	}
	checkNode(t, newProgram(t))
	checkNode(t, newProgram(t, public))
}

// everywhere waits until each replica answers a proof without a nonce in a way.
func everywhere(t testing.TB, p program, done func(installation.Answer) bool) {
	t.Helper()
	for n := range shared.Grantor(t).Servers {
		var answer installation.Answer
		installation.Eventually(t, convergence, func() bool {
			answer = p.replica(t, n).post(t, "/token", installation.TokenForm("read"))
			return done(answer)
		}, func() string { return "other answer than " + answer.Body })
	}
}
