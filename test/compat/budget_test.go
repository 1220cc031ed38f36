package compat

import (
	"net/http"
	"net/url"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// What the paths of Gancio and Coder cost the API server: registering with Gancio nothing, each
// other step what it costs at the standard's endpoints. While the API server fails, nothing is
// said to be done that is not.
func TestBudgetsOfGancioAndCoder(t *testing.T) {
	g, proxy := installation.Isolated(t)
	configured(t, g, func(server *oauthv1alpha1.OAuthServer) {
		asGancio()(server)
		server.Spec.Compatibility = everySystem
	})
	r := newRegistrar(t, g)
	admin := coder{g.Issuer, r.token(t, "registration")}
	app, v := admin.app(t, "Counted"), visitor(g)
	held := app.signIn(t, v, "alice")
	ledger := installation.NewLedger(t, g, proxy)
	step := func(what string, wanted devenv.Counts, do func()) {
		t.Helper()
		ledger.Open(t)
		do()
		ledger.Close(t, what, wanted)
	}
	var p plugin
	step("registering with Gancio", installation.Asks(), func() { p = newPlugin(t, g) })
	step("reading that", installation.Asks(), func() { get(t, g.Issuer+"/api/client/"+p.id, nil) })
	var code string
	step("agreeing", installation.Asks("get logins", "get logins"), func() { code = p.code(t, v, "alice") })
	step("redeeming", installation.Asks("get logins", "create grants"), func() {
		if answer := p.token(t, code); answer.Status != http.StatusOK {
			t.Errorf("/oauth/token answers %d %s", answer.Status, answer.Code())
		}
	})
	step("applications and who the user is", installation.Asks("get marks", "get marks", "get marks", "get grants"), func() {
		for _, path := range []string{apps, apps + "/" + app.id, apps + "/" + app.id + "/secrets"} {
			if answer := admin.call(t, http.MethodGet, path, nil); answer.Status != http.StatusOK {
				t.Errorf("%s answers %d", path, answer.Status)
			}
		}
		me(t, g.Issuer, text(held.JSON["access_token"]))
	})
	step("the first secret again", installation.Asks("get marks", "get registrations"), func() {
		admin.call(t, http.MethodPost, apps+"/"+app.id+"/secrets", nil)
	})

	session := coder{g.Issuer, text(held.JSON["access_token"])}
	end := func() installation.Answer {
		return session.call(t, http.MethodDelete, "/oauth2/tokens?client_id="+url.QueryEscape(app.id), nil)
	}
	fault := devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no")
	for _, kind := range []string{"grants", "consents"} {
		proxy.SetHook(devenv.When(func(key devenv.RequestKey) bool {
			return key.Resource == kind && (key.Verb == "update" || key.Verb == "patch" || key.Verb == "list")
		}, fault))
		if answer := end(); answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("while %s cannot be changed, DELETE answers %d %s", kind, answer.Status, answer.Body)
		}
	}
	proxy.SetHook(devenv.When(func(key devenv.RequestKey) bool { return key.Resource == "registrations" }, fault))
	for method, path := range map[string]string{http.MethodDelete: apps + "/" + app.id, http.MethodPost: apps + "/" + app.id + "/secrets"} {
		if answer := admin.call(t, method, path, nil); answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("while Registrations cannot be read, %s answers %d %s", method, answer.Status, answer.Code())
		}
	}
	proxy.SetHook(nil)
	if answer := end(); answer.Status != http.StatusNoContent {
		t.Errorf("after that, DELETE answers %d %s", answer.Status, answer.Body)
	}
}
