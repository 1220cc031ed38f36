package connect

import (
	"context"
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// isolated starts a Grantor with a cluster of its own, of which every request is counted.
func isolated(t testing.TB) (*installation.Installation, *devenv.FaultProxy) {
	t.Helper()
	kube := devenv.OwnKube(t)
	proxy, err := devenv.StartFaultProxy(kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := installation.Start(ctx, kube, installation.Options{
		// One operator runs, and who takes its place waits for no lease.
		Proxy: proxy, OperatorArgs: append([]string{"--leader-elect=false"}, shared.OperatorArgs...),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	return g, proxy
}

// A person who authorizes costs the server one write. While the operator is away nothing is
// lost, and when the API server fails, the same answer of the provider counts later.
func TestBudgetsOfConnections(t *testing.T) {
	t.Parallel()
	g, proxy := isolated(t)
	s := newScene(t, g)
	v := s.visitor()
	view := s.open(t, v, "alice")
	if err := g.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
	<-g.Operator.Done()
	ledger := installation.NewLedger(t, g, proxy)
	step := func(what string, wanted devenv.Counts, do func()) {
		t.Helper()
		ledger.Open(t)
		do()
		ledger.Close(t, what, wanted)
	}
	reads := func(asks ...string) devenv.Counts {
		counts := installation.Asks(asks...)
		counts[devenv.RequestKey{Verb: "get", Group: "oauth.grantor.dev", Resource: "oauthtokens"}]++
		return counts
	}
	step("the page", reads("get logins"), func() { view = v.Get(t, s.page()) })
	step("going to the provider", reads("get logins"), func() { view = v.Submit(t, view, continueForm(t, view), nil) })
	back := s.callback(s.back(view.Elsewhere.Query()))

	failing := func(verb string) devenv.Hook {
		return devenv.When(func(key devenv.RequestKey) bool { return key.Verb == verb && key.Resource == "connections" },
			devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no"))
	}
	proxy.SetHook(failing("create"))
	if view = v.Get(t, back); view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == "" {
		t.Errorf("when nothing can be stored: %d %s", view.Status, view.Body)
	}
	proxy.SetHook(nil)
	step("coming back, and the page after that", func() devenv.Counts {
		counts := reads("get logins", "create connections", "get logins", "get connections")
		counts[devenv.RequestKey{Verb: "get", Group: "oauth.grantor.dev", Resource: "oauthtokens"}]++
		return counts
	}(), func() { view = v.Get(t, back) })
	if view.Status != http.StatusOK || view.Header.Get("Refresh") == "" {
		t.Errorf("coming back leads to %d %s", view.Status, view.Body)
	}
	kept := s.connections(t)
	if len(kept) != 1 || kept[0].Spec.State != sessionv1alpha1.ConnectionReceived || kept[0].Spec.Payload == "" {
		t.Fatalf("kept: %+v", kept)
	}
	proxy.SetHook(failing("get"))
	if again := v.Get(t, view.URL.String()); again.Status != http.StatusServiceUnavailable {
		t.Errorf("when it cannot be read: %d", again.Status)
	}
	proxy.SetHook(nil)
	if err := g.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, installation.Effective, func() bool { return s.authorized(t) && s.valid(t) }, func() string { return "the operator redeems the code" })
	if requests, _, _ := s.provider.Counts(); requests != 1 {
		t.Errorf("%d token requests", requests)
	}
}

// The operator dies after each write that concerns a Connection: the code is sent once, and there
// is a token, or the person is asked again.
func TestTheOperatorDies(t *testing.T) {
	t.Parallel()
	g, proxy := isolated(t)
	ours := func(key devenv.RequestKey) bool {
		return key.Verb == "update" && key.Resource == "connections" || key.Resource == "secrets" && (key.Verb == "create" || key.Verb == "update")
	}
	for n := 1; n <= 4; n++ {
		s := newScene(t, g)
		v := s.visitor()
		back := s.callback(s.back(s.leave(t, v, "alice")))
		proxy.SetHook(devenv.CrashAfter(n, ours, func() { _ = g.Operator.Kill() }))
		// The page that follows may not be read any more.
		v.Get(t, back)
		select {
		case <-g.Operator.Done():
		case <-time.After(installation.Effective):
			t.Fatalf("the operator does not come to write %d", n)
		}
		proxy.SetHook(nil)
		if err := g.Operator.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		// The next one waits until the attempt of this one is over.
		installation.Eventually(t, 6*installation.Effective, func() bool {
			kept := s.connections(t)
			return len(kept) == 1 && kept[0].Spec.State == sessionv1alpha1.ConnectionTaken && kept[0].Spec.Payload == ""
		}, func() string { return "the code is done with" })
		requests, _, revoked := s.provider.Counts()
		if requests > 1 || revoked != 0 {
			t.Errorf("after write %d the code was sent %d times", n, requests)
		}
		if n == 1 {
			installation.Eventually(t, installation.Effective, func() bool { return s.reason(t) == oauthv1alpha1.ReasonCodeNotRedeemed }, func() string { return "the person is asked again" })
			continue
		}
		installation.Eventually(t, installation.Effective, func() bool { return s.authorized(t) && s.valid(t) }, func() string { return "there is a token" })
	}
}
