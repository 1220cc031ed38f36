package compat

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Each step costs the API server what it costs at the standard endpoint, but for the two that
// docs/design/compatibility.md names. While the API server fails, nothing succeeds that was not
// stored, and the logs have nothing that a request brought.
func TestBudgetsAndOutages(t *testing.T) {
	g, proxy := installation.Isolated(t)
	speaking(t, g, oauthv1alpha1.CompatibilityCloudron, oauthv1alpha1.CompatibilityOwnCloud)
	prompt := func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentPrompt }
	a := newOwnCloudApp(t, g, "files", prompt)
	object := installation.Application("boards", "kanboard", prompt, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{kanboardCallback}
		c.Spec.Scopes = []oauthv1alpha1.Scope{"profile", "email"}
		c.Spec.PKCE = oauthv1alpha1.PKCEOptional
	})
	createNamespace(t, g, "boards")
	app := g.NewApp(t, object)
	k := kanboard{clientID: app.ID, clientSecret: app.Secret, callback: kanboardCallback, scopes: "profile"}.at(g)
	v := visitor(g)
	ledger := installation.NewLedger(t, g, proxy)
	step := func(what string, wanted devenv.Counts, do func()) {
		t.Helper()
		ledger.Open(t)
		do()
		ledger.Close(t, what, wanted)
	}
	var view installation.View
	var token installation.Answer
	step("an authorization request at Cloudron's path without a user", installation.Asks(), func() { view = v.Get(t, k.login("s")) })
	step("signing in", installation.Asks("create logins", "get logins"), func() { view = v.SignIn(t, view, "alice", "alice-password") })
	step("agreeing", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	step("redeeming at Cloudron's path", installation.Asks("get logins", "create grants"), func() { token = k.token(t, view.Param("code"), "s") })
	step("reading the profile", installation.Asks("get grants"), func() { k.profile(t, token) })
	step("a request at ownCloud's path", installation.Asks("get logins"), func() { view = v.Get(t, a.authorize()) })
	step("a request that names a user", installation.Asks("get logins", "get logins"), func() { view = v.Get(t, a.authorize("user", "alice")) })
	step("agreeing there", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	step("redeeming at ownCloud's path, with user_id", installation.Asks("get logins", "create grants", "get grants"), func() { token = a.redeem(t, view.Param("code")) })
	step("refreshing there", installation.Asks("get grants", "update grants", "get grants"), func() {
		token = a.token(t, "grant_type", "refresh_token", "refresh_token", text(token.JSON["refresh_token"]))
	})
	step("the page behind message_url", installation.Asks(), func() { v.Get(t, text(token.JSON["message_url"])) })
	step("200 requests of nobody", installation.Asks(), func() {
		for range 100 {
			k.token(t, "x", "s")
			get(t, k.userAPIURL, http.Header{"Authorization": {"Bearer x"}})
		}
	})

	code, spare := a.code(t, g, "alice"), a.code(t, g, "alice")
	sessions := func(verbs ...string) devenv.Hook {
		return devenv.When(func(key devenv.RequestKey) bool {
			return key.Group == sessionv1alpha1.GroupVersion.Group && (len(verbs) == 0 || strings.Contains(strings.Join(verbs, " "), key.Verb+" "+key.Resource))
		}, devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "broken"))
	}
	proxy.SetHook(sessions())
	for what, answer := range map[string]installation.Answer{"a code": a.redeem(t, code), "a profile": k.profile(t, token), "a refresh": a.token(t, "grant_type", "refresh_token", "refresh_token", text(token.JSON["refresh_token"]))} {
		if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" || answer.Header.Get("Retry-After") == "" {
			t.Errorf("while nothing is stored, %s is answered with %d %s", what, answer.Status, answer.Code())
		}
	}
	if view := v.Get(t, a.authorize("user", "bob")); view.Status != http.StatusServiceUnavailable {
		t.Errorf("while nobody knows who is signed in, the answer is %d", view.Status)
	}
	// What was granted is not lost for want of a name.
	proxy.SetHook(sessions("get grants"))
	if answer := a.redeem(t, spare); answer.Status != http.StatusOK || text(answer.JSON["access_token"]) == "" || answer.JSON["user_id"] != nil {
		t.Errorf("without user_id the answer is %d %s", answer.Status, answer.Code())
	}
	proxy.SetHook(nil)
	if answer := a.redeem(t, code); answer.Status != http.StatusOK || answer.JSON["user_id"] != "alice" {
		t.Errorf("then the code gives %d %s", answer.Status, answer.Code())
	}
	log, err := os.ReadFile(filepath.Join(g.Dir, "server-0.log"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{
		"a code": code, "an access token": text(token.JSON["access_token"]), "a refresh token": text(token.JSON["refresh_token"]), "a secret": a.secret, "another secret": k.clientSecret,
		"a password": "alice-password",
	} {
		if secret == "" || strings.Contains(string(log), secret) {
			t.Errorf("%s is in the log", name)
		}
	}
}

func createNamespace(t testing.TB, g *installation.Installation, name string) {
	t.Helper()
	if err := g.Admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		t.Fatal(err)
	}
}
