package integration

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// ledger counts what Grantor asks of its API server, in two ways that must agree: at
// the proxy in front of the programs, and at the API server itself.
type ledger struct {
	t           *testing.T
	g           *installation.Installation
	proxy       *devenv.FaultProxy
	sent, there devenv.Counts
}

func (l *ledger) open() {
	l.t.Helper()
	var err error
	if l.there, err = devenv.RequestCounts(l.t.Context(), l.g.Kube.Config); err != nil {
		l.t.Fatal(err)
	}
	l.sent = l.proxy.Counts()
}

// housekeeping is what programs do with time and not for a request: watches and
// leases.
func housekeeping(key devenv.RequestKey) bool {
	return key.Verb == "watch" || key.Resource == "leases"
}

// close checks what was asked since open.
func (l *ledger) close(what string, marks devenv.Counts) {
	l.t.Helper()
	sent := l.proxy.Counts().Diff(l.sent)
	l.t.Logf("%s, everything that the programs sent: %v", what, sent)
	asked := sent.Filter(func(key devenv.RequestKey) bool { return !housekeeping(key) })
	if asked.String() != marks.String() {
		l.t.Errorf("%s: the programs asked %v, not %v", what, asked, marks)
	}
	// The API server counts after it has answered. Its own requests and those of its
	// controllers are in other groups.
	var seen devenv.Counts
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		there, err := devenv.RequestCounts(l.t.Context(), l.g.Kube.Config)
		if err != nil {
			l.t.Fatal(err)
		}
		seen = there.Diff(l.there).Filter(devenv.InGroups("session.grantor.dev", "oauth.grantor.dev"),
			func(key devenv.RequestKey) bool { return !housekeeping(key) })
		if seen.String() == marks.String() {
			return
		}
	}
	l.t.Errorf("%s: the API server saw %v, not %v", what, seen, marks)
}

func onMarks(verb string, n int) devenv.Counts {
	return devenv.Counts{{Verb: verb, Group: sessionv1alpha1.GroupVersion.Group, Resource: "marks"}: n}
}

// Budgets of section 5 of the design, as writes and reads: client_credentials 0/0,
// introspection 0/1, revocation 1/0.
func TestBudgetsOfWritesAndReads(t *testing.T) {
	t.Parallel()
	g, proxy := isolated(t)
	l := &ledger{t: t, g: g, proxy: proxy}
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
	quiet(t, proxy)

	const requests = 200
	tokens := map[string][]string{}
	l.open()
	for name := range kinds {
		for range requests / len(kinds) {
			token, _ := post("/token", name, installation.TokenForm("read")).JSON["access_token"].(string)
			tokens[name] = append(tokens[name], token)
		}
	}
	l.close("200 tokens", devenv.Counts{})

	for name := range kinds {
		l.open()
		for n := range 20 {
			post("/introspect", name, url.Values{"token": {tokens[name][n]}})
		}
		l.close("20 introspections", onMarks("get", 20))

		l.open()
		for n := range 20 {
			post("/revoke", name, url.Values{"token": {tokens[name][n]}})
		}
		l.close("20 revocations", onMarks("create", 20))

		l.open()
		post("/revoke", name, url.Values{"token": {tokens[name][0]}})
		l.close("a second revocation", onMarks("create", 1))
	}

	l.open()
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
	l.close("requests that are refused or about nothing", devenv.Counts{})
}

// quiet waits until the programs have done what the creation of clients made them do.
func quiet(t *testing.T, proxy *devenv.FaultProxy) {
	t.Helper()
	last, since := "", time.Now()
	installation.Eventually(t, 20*time.Second, func() bool {
		now := proxy.Counts().Filter(func(key devenv.RequestKey) bool { return !housekeeping(key) }).String()
		if now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > time.Second
	}, func() string { return "second without a request: " + last })
}
