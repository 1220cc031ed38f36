//go:build faults

package oauthtokens

import (
	"context"
	"flag"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

var processes = flag.Int("processes", 4, "number of operators that are killed as processes, each while it refreshes many tokens; one takes a minute")

// tokensAtOnce is how many tokens a process that dies is at: as many as it has workers.
const tokensAtOnce = 8

// TestKillsOfTheProcess kills the operator as it is installed (SIGKILL) while it refreshes many
// tokens: after a write, or when a provider has the request. The next one gets a successor for
// each, after it has waited until those that were sent are over.
func TestKillsOfTheProcess(t *testing.T) {
	g, proxy := startOperator(t)
	if err := g.Operator.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all []*series
	for range tokensAtOnce {
		s := newSceneIn(t, g.Kube, person)
		s.clock.runs, s.provider.Rotation = time.Now, tokenprovider.UntilUsed
		s.authorize()
		s.rest(s.operator(moment{}))
		s.valid("after the authorization")
		all = append(all, &series{scene: s, issuer: imitated{}})
	}
	for _, s := range all {
		t.Cleanup(s.watch())
	}
	if err := g.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(*seed, 0))
	for n := range *processes {
		former := dieTogether(t, g, proxy, all, random, n%2 == 1)
		installation.Eventually(t, 6*installation.Effective, func() bool {
			return !slices.ContainsFunc(all, func(s *series) bool { return !s.refreshed(former[s]) })
		}, func() string { return "each token to be replaced" })
	}
	requests := 0
	for _, s := range all {
		seen := s.issuer.counts(s.scene)
		if seen.atOnce != 1 || seen.revoked != 0 {
			t.Errorf("there were %d token requests at once, and the provider revoked %d authorizations", seen.atOnce, seen.revoked)
		}
		requests += seen.requests
	}
	t.Logf("%d kills of a process, each with %d tokens, %d token requests, -seed=%d", *processes, tokensAtOnce, requests, *seed)
}

// dieTogether makes all tokens due, kills the operator while it is at them, starts it again,
// and returns the tokens that there were before.
func dieTogether(t *testing.T, g *installation.Installation, proxy *devenv.FaultProxy, all []*series, random *rand.Rand, atRequest bool) map[*series]string {
	t.Helper()
	former := map[*series]string{}
	for _, s := range all {
		former[s] = s.shown()
	}
	kill := func() { _ = g.Operator.Kill() }
	victim := all[random.IntN(len(all))].provider
	if atRequest {
		victim.Answer(func(http.ResponseWriter, *http.Request) bool {
			kill()
			return false
		})
	} else {
		// A refresh makes four writes.
		proxy.SetHook(devenv.CrashAfter(1+random.IntN(4*len(all)), ofARefresh, kill))
	}
	for _, s := range all {
		s.makeDue()
	}
	select {
	case <-g.Operator.Done():
	case <-time.After(installation.Effective):
		t.Fatal("the operator does not come to where it dies")
	}
	proxy.SetHook(nil)
	victim.Answer(nil)
	if err := g.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	return former
}

func ofARefresh(key devenv.RequestKey) bool {
	return key.Verb == "update" && key.Resource == "secrets" || key.Verb == "patch" && key.Resource == "oauthtokens/status"
}

// makeDue makes the operator believe that the token is old; the provider knows better.
func (s *series) makeDue() {
	s.t.Helper()
	kept := s.secret(s.token.StateSecretName())
	now, err := state.Of(kept)
	if err != nil {
		s.t.Fatal(err)
	}
	now.IssuedAt, now.ExpiresAt = now.IssuedAt.Add(-50*time.Minute), now.ExpiresAt.Add(-50*time.Minute)
	aged, err := state.Secret(s.token, kept, now)
	if err == nil {
		err = s.admin.Update(s.t.Context(), aged)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// refreshed reports whether pods see another token than a former one, and nothing is under way.
func (s *series) refreshed(former string) bool {
	kept, err := state.Of(s.secret(s.token.StateSecretName()))
	return err == nil && kept.Attempt == nil && s.shown() != former && s.shown() == kept.AccessToken
}

// startOperator starts a Grantor of its own, whose operator reaches providers of tests, and the
// API server through a proxy.
func startOperator(t *testing.T) (*installation.Installation, *devenv.FaultProxy) {
	t.Helper()
	kube := devenv.OwnKube(t)
	proxy, err := devenv.StartFaultProxy(kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := installation.Start(ctx, kube, installation.Options{Proxy: proxy, OperatorArgs: []string{"--outbound-networks=127.0.0.0/8"}})
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
