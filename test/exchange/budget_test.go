package exchange

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// An exchange writes nothing. It reads what can have ended the subject token: the Grant of a
// user and the Login with which it ends, or whether a client revoked its own.
func TestBudgets(t *testing.T) {
	t.Parallel()
	g, proxy := installation.Isolated(t)
	ci.trust(t, g)
	c := newCast(t, g, devenv.Namespace(t, g.Kube.Config))
	account(t, g, c.namespace, "billing")
	access := bearer(c.tokens(t, "openid read"))
	job, pod := ci.token(t, c.gateway.ID, nil), projected(t, g, c.namespace, "billing", c.gateway.ID)
	again := bearer(given(t, exchange(t, c.gateway, access, typeAccess, url.Values{"audience": {c.orders.ID}})))
	given(t, exchange(t, c.gateway, job, typeJWT, nil))
	ledger := installation.NewLedger(t, g, proxy)
	ledger.Step(t, "a user's token", installation.Asks("get grants", "get logins"), func() { given(t, exchange(t, c.gateway, access, typeAccess, nil)) })
	ledger.Step(t, "the token of a job, ten times", installation.Asks(), func() {
		for range 10 {
			given(t, exchange(t, c.gateway, job, typeJWT, nil))
		}
	})
	reviewed := installation.Asks()
	reviewed[devenv.RequestKey{Verb: "create", Group: "authentication.k8s.io", Resource: "tokenreviews"}] = 1
	before := proxy.Counts()
	for range 10 {
		given(t, exchange(t, c.gateway, pod, typeJWT, nil))
	}
	if got := proxy.Counts().Diff(before).Filter(func(key devenv.RequestKey) bool { return key.Resource == "tokenreviews" }); got.String() != reviewed.String() {
		t.Errorf("the token of a ServiceAccount, ten times: the programs asked %v", got)
	}
	ledger.Step(t, "introspecting what was made", installation.Asks("get grants", "get marks"), func() {
		if introspected(t, c.orders, again)["active"] != true {
			t.Error("it is inactive")
		}
	})
	ledger.Step(t, "refusals", installation.Asks(), func() {
		denied(t, exchange(t, c.gateway, access+"A", typeAccess, nil), "invalid_request")
		denied(t, exchange(t, c.gateway, access, typeAccess, url.Values{"audience": {"x"}}), "invalid_target")
		denied(t, exchange(t, c.gateway, projected(t, g, c.namespace, "billing", g.Issuer), typeJWT, nil), "invalid_request")
		denied(t, exchange(t, c.gateway, projected(t, g, "default", "default", c.gateway.ID), typeJWT, nil), "invalid_request")
	})
	proxy.SetHook(devenv.When(func(key devenv.RequestKey) bool { return key.Resource == "grants" || key.Resource == "tokenreviews" }, devenv.Drop()))
	for what, answer := range map[string]installation.Answer{
		"a Grant that cannot be read": exchange(t, c.gateway, access, typeAccess, nil),
		"a review that gets lost":     exchange(t, c.gateway, projected(t, g, c.namespace, "billing", c.gateway.ID), typeJWT, nil),
	} {
		if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
		}
	}
	proxy.SetHook(nil)

	log, err := os.ReadFile(filepath.Join(g.Dir, "server-0.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{access, job, pod, again} {
		if strings.Contains(string(log), secret[:60]) || strings.Contains(string(log), secret[len(secret)-40:]) {
			t.Error("the log has a token")
		}
	}
	for _, told := range []string{`"subject_client_id":"` + c.web.ID + `"`, `"subject_audiences":["` + c.gateway.ID + `"]`, `"audiences":["` + c.orders.ID + `"]`, `"subject":"workload:ci:repo:acme/shop"`} {
		installation.Eventually(t, installation.Effective, func() bool {
			log, _ := os.ReadFile(filepath.Join(g.Dir, "server-0.log"))
			return strings.Contains(string(log), told)
		}, func() string { return "audit line with " + told })
	}
}
