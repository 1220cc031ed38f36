package faults

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// slow lets fifty clients introspect and refresh at an API server that takes longer than
// they wait. Each is told to try again, whatever needs no API server is answered meanwhile,
// and what the replica holds for them is bounded and given back.
func slow(t *testing.T, c *counter, got pair) {
	t.Helper()
	const clients = 50
	before, threads := memory(t, c.program), goroutines(t, c.program)
	var waiting atomic.Int64
	all := make(chan struct{})
	c.proxy.SetHook(devenv.When(sessionObjects, func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		if waiting.Add(1) == clients {
			close(all)
		}
		<-r.Context().Done()
	}))
	answers := make([]installation.Answer, clients)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			if i%2 == 0 {
				answers[i] = introspected(t, c.App, got.access)
			} else {
				answers[i] = c.Post(t, "/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got.refresh}})
			}
		})
	}
	select {
	case <-all:
	case <-time.After(convergence):
		t.Errorf("only %d requests reached the API server", waiting.Load())
	}
	for _, to := range []string{c.Issuer + "/jwks", c.Issuer + "/.well-known/openid-configuration", c.program.Options().MetricsURL + "/readyz"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		mustSucceed(t, to, installation.Do(t, request))
	}
	if more, most := memory(t, c.program)-before, goroutines(t, c.program)-threads; more > 64 || most > 10*clients {
		t.Errorf("%d waiting requests take %.0f MiB and %d goroutines", clients, more, most)
	}
	wg.Wait()
	for _, answer := range answers {
		mustBeUnavailable(t, "a request", answer)
	}
	if n := waiting.Load(); n > 2*clients {
		t.Errorf("%d requests became %d", clients, n)
	}
	c.proxy.SetHook(nil)
	c.mustCount(t, got, true)
	installation.Eventually(t, convergence, func() bool { return goroutines(t, c.program) < threads+clients },
		func() string { return fmt.Sprintf("end of the goroutines of %d requests", clients) })
}

// goroutines returns how many a program has.
func goroutines(t testing.TB, program *devenv.Program) (n int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, program.Options().MetricsURL+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(installation.Do(t, request).Body, "\ngo_goroutines ")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// memory returns how many MiB a program has in memory.
func memory(t testing.TB, program *devenv.Program) float64 {
	t.Helper()
	resident, err := devenv.Resident(program.PID())
	if err != nil {
		t.Fatal(err)
	}
	return resident
}
