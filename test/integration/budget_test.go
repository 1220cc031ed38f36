package integration

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func onMarks(verb string, n int) devenv.Counts {
	return devenv.Counts{{Verb: verb, Group: sessionv1alpha1.GroupVersion.Group, Resource: "marks"}: n}
}

// Budgets of section 5 of the design, as writes and reads: client_credentials 0/0,
// introspection 0/1, revocation 1/0.
func TestBudgetsOfWritesAndReads(t *testing.T) {
	t.Parallel()
	g, proxy := installation.Isolated(t)
	kinds := formats()
	clients, secrets := map[string]string{}, map[string]string{}
	namespace := devenv.Namespace(t, g.Kube.Config)
	for name, format := range kinds {
		c := g.Create(t, installation.Service(namespace, strings.ToLower(name), format))
		clients[name], secrets[name] = c.ClientID(), g.Value(t, c)
	}
	post := func(path, name string, form url.Values) installation.Answer {
		t.Helper()
		answer := g.Post(t, path, clients[name], secrets[name], form)
		if answer.Status != http.StatusOK {
			t.Fatalf("%s answers %d %s", path, answer.Status, answer.Body)
		}
		return answer
	}
	l := installation.NewLedger(t, g, proxy)

	requestsOfOneClient(t, g, proxy)

	const requests = 200
	tokens := map[string][]string{}
	l.Open(t)
	for name := range kinds {
		for range requests / len(kinds) {
			token, _ := post("/token", name, installation.TokenForm("read")).JSON["access_token"].(string)
			tokens[name] = append(tokens[name], token)
		}
	}
	l.Close(t, "200 tokens", devenv.Counts{})

	for name := range kinds {
		l.Open(t)
		for n := range 20 {
			post("/introspect", name, url.Values{"token": {tokens[name][n]}})
		}
		l.Close(t, "20 introspections", onMarks("get", 20))

		l.Open(t)
		for n := range 20 {
			post("/revoke", name, url.Values{"token": {tokens[name][n]}})
		}
		l.Close(t, "20 revocations", onMarks("create", 20))

		l.Open(t)
		post("/revoke", name, url.Values{"token": {tokens[name][0]}})
		l.Close(t, "a second revocation", onMarks("create", 1))
	}

	l.Open(t)
	for _, form := range []url.Values{{"token": {"x"}}, {"token": {tokens["JWT"][0] + "x"}}, {}} {
		for _, path := range []string{"/introspect", "/revoke", "/token"} {
			g.Post(t, path, clients["JWT"], secrets["JWT"], form)
			g.Post(t, path, clients["JWT"], "wrong", form)
			g.Post(t, path, "unknown", "wrong", form)
			g.Post(t, path, "", "", form)
		}
	}
	g.Post(t, "/revoke", clients["opaque"], secrets["opaque"], url.Values{"token": {tokens["JWT"][30]}})
	g.Post(t, "/introspect", clients["opaque"], secrets["opaque"], url.Values{"token": {tokens["JWT"][30]}})
	l.Close(t, "requests that are refused or about nothing", devenv.Counts{})
}
