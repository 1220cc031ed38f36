package installation

import (
	"strings"
	"testing"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// Ledger counts what Grantor asks of its API server, in two ways that must agree: at
// the proxy in front of the programs, and at the API server itself.
type Ledger struct {
	g           *Installation
	proxy       *devenv.FaultProxy
	sent, there devenv.Counts
}

// NewLedger returns a Ledger of what Isolated returned, once the programs have done
// what the test made them do so far.
func NewLedger(t testing.TB, g *Installation, proxy *devenv.FaultProxy) *Ledger {
	t.Helper()
	last, since := "", time.Now()
	Eventually(t, 20*time.Second, func() bool {
		now := proxy.Counts().Filter(asked).String()
		if now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > time.Second
	}, func() string { return "second without a request: " + last })
	return &Ledger{g: g, proxy: proxy}
}

// Asks returns counts of session objects from pairs of verb and resource, as in "get logins".
func Asks(list ...string) devenv.Counts {
	counts := devenv.Counts{}
	for _, text := range list {
		verb, resource, _ := strings.Cut(text, " ")
		counts[devenv.RequestKey{Verb: verb, Group: sessionv1alpha1.GroupVersion.Group, Resource: resource}]++
	}
	return counts
}

// asked leaves out what programs do with time and not for a request: watches and
// leases.
func asked(key devenv.RequestKey) bool {
	return key.Verb != "watch" && key.Resource != "leases"
}

// Open begins to count.
func (l *Ledger) Open(t testing.TB) {
	t.Helper()
	var err error
	if l.there, err = devenv.RequestCounts(t.Context(), l.g.Kube.Config); err != nil {
		t.Fatal(err)
	}
	l.sent = l.proxy.Counts()
}

// Close checks what was asked since Open.
func (l *Ledger) Close(t testing.TB, what string, wanted devenv.Counts) {
	t.Helper()
	sent := l.proxy.Counts().Diff(l.sent)
	t.Logf("%s, everything that the programs sent: %v", what, sent)
	if got := sent.Filter(asked); got.String() != wanted.String() {
		t.Errorf("%s: the programs asked %v, not %v", what, got, wanted)
	}
	// The API server counts after it has answered. Its own requests and those of its
	// controllers are in other groups.
	var seen devenv.Counts
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		there, err := devenv.RequestCounts(t.Context(), l.g.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		seen = there.Diff(l.there).Filter(devenv.InGroups("session.grantor.dev", "oauth.grantor.dev"), asked)
		if seen.String() == wanted.String() {
			return
		}
	}
	t.Errorf("%s: the API server saw %v, not %v", what, seen, wanted)
}

// Step does one step and checks what was asked for it.
func (l *Ledger) Step(t testing.TB, what string, wanted devenv.Counts, do func()) {
	t.Helper()
	l.Open(t)
	do()
	l.Close(t, what, wanted)
}
