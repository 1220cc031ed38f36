package people

import (
	"flag"
	"net/http"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/races"
)

// arena lets requests of a new application meet at all replicas.
func arena(t testing.TB) *races.Arena {
	t.Helper()
	g := grantor(t)
	// Only now it trusts the replicas.
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("no transport to copy")
	}
	namespace := shared.Namespace(t)
	a := &races.Arena{
		App:   g.NewApp(t, installation.Application(namespace, "app")),
		Other: g.NewApp(t, installation.Application(namespace, "other")),
		Admin: g.Admin, Client: races.NewClient(transport),
	}
	for _, server := range g.Servers {
		a.Replicas = append(a.Replicas, server.Options().URL)
	}
	if len(a.Replicas) < 3 {
		t.Fatalf("there are %d replicas", len(a.Replicas))
	}
	v := visitor(t)
	a.App.Code(t, v, "alice", url.Values{"scope": {"openid offline_access read"}})
	a.Cookies = v.Cookies(g.Issuer)
	return a
}

var times = flag.Int("times", 1, "how many times as many races")

// One hundred races; the benchmarks run two thousand.
func TestRaces(t *testing.T) {
	t.Parallel()
	a := arena(t)
	for name, race := range map[string]struct {
		rounds int
		run    func() error
	}{
		"one code, sixteen right redemptions":   {15, func() error { return a.Codes(t.Context(), races.Ways) }},
		"one code, twelve right and four wrong": {10, func() error { return a.Codes(t.Context(), 12) }},
		"one code, one right and fifteen wrong": {5, func() error { return a.Codes(t.Context(), 1) }},
		"one code, sixteen wrong redemptions":   {5, func() error { return a.Codes(t.Context(), 0) }},
		"one pushed request, sixteen codes":     {10, func() error { return a.Pushed(t.Context()) }},
		"one refresh token, ten times":          {4, func() error { return a.Refreshes(t.Context(), 10) }},
		"one refresh token, two clients":        {5, func() error { return a.Strangers(t.Context()) }},
		"refreshes and revocations":             {10, func() error { return a.Revocations(t.Context()) }},
		"a refresh token and the one before it": {10, func() error { return a.Generations(t.Context()) }},
	} {
		t.Run(name, func(t *testing.T) {
			for round := range race.rounds * *times {
				if err := race.run(); err != nil {
					t.Fatalf("round %d: %v", round, err)
				}
			}
		})
	}
}
