package gate

import (
	"net/http"
	"net/url"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A question costs what introspection costs, and nothing if no token of this resource comes
// with it.
func TestBudgets(t *testing.T) {
	g, proxy := installation.Isolated(t)
	ns := devenv.Namespace(t, g.Kube.Config)
	p := partyOf(t, g, ns)
	token := p.token(t, "tickets.read")
	elsewhere := bearerOf(p.app.Tokens(t, visitor(p), "alice", url.Values{"scope": {"openid"}}))
	service := g.NewApp(t, installation.Service(ns, "service"))
	own := bearerOf(service.Post(t, "/token", url.Values{"grant_type": {"client_credentials"}, "resource": p.asking("")["resource"], "scope": {"tickets.read"}}).JSON)
	ledger := installation.NewLedger(t, g, proxy)
	step := func(what string, wanted devenv.Counts, status int, q question) {
		t.Helper()
		ledger.Open(t)
		times := 1
		if len(wanted) == 0 {
			times = 100
		}
		for range times {
			if answer := p.asks(t, q); answer.Status != status {
				t.Fatalf("%s: %d %s", what, answer.Status, answer.Body)
			}
		}
		ledger.Close(t, what, wanted)
	}
	step("a user's token", installation.Asks("get grants"), http.StatusOK, question{path: p.path(), header: bearer(token)})
	step("a user's token without a scope", installation.Asks("get grants"), http.StatusForbidden, question{path: p.path() + "?scope=tickets.write", header: bearer(token)})
	step("a client's own token", installation.Asks("get marks"), http.StatusOK, question{path: p.path(), header: bearer(own)})
	step("no token", installation.Asks(), http.StatusUnauthorized, question{path: p.path() + "/mcp", method: http.MethodPost})
	step("forged tokens", installation.Asks(), http.StatusUnauthorized, question{path: p.path(), header: bearer(forge(token))})
	step("tokens of no resource", installation.Asks(), http.StatusUnauthorized, question{path: p.path(), header: bearer(elsewhere)})
	step("another scheme", installation.Asks(), http.StatusUnauthorized, question{path: p.path(), header: http.Header{"Authorization": {"DPoP " + token}}})
	step("resources that do not exist", installation.Asks(), http.StatusNotFound, question{path: "/gate/" + ns + "/none", header: bearer(token)})
	step("scopes that do not exist", installation.Asks(), http.StatusBadRequest, question{path: p.path() + "?scope=none", header: bearer(token)})
	// What cannot be read lets nothing pass.
	for name, fault := range map[string]devenv.Fault{"refused": devenv.Refuse(500, metav1.StatusReasonInternalError, "no"), "broken off": devenv.Drop(), "hanging": devenv.Hang()} {
		for kind, token := range map[string]string{"grants": token, "marks": own} {
			proxy.SetHook(devenv.When(func(key devenv.RequestKey) bool { return key.Resource == kind }, fault))
			answer := p.asks(t, question{path: p.path(), header: bearer(token)})
			if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || answer.Header.Values("X-Auth-Subject") != nil {
				t.Errorf("%s, %s: %d %v %s", kind, name, answer.Status, answer.Header, answer.Body)
			}
		}
	}
}

// forge changes the signature of a token.
func forge(token string) string {
	last := byte('A')
	if token[len(token)-3] == last {
		last = 'B'
	}
	return token[:len(token)-3] + string(last) + token[len(token)-2:]
}
