package faults

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// trouble is what an API server may have.
type trouble struct {
	match func(devenv.RequestKey) bool
	fault devenv.Fault
	// harmless says that the steps succeed all the same.
	harmless bool
}

func troubles() map[string]trouble {
	return map[string]trouble{
		"slow":                     {match: sessionObjects, fault: devenv.Delay(time.Second, nil), harmless: true},
		"away":                     {match: sessionObjects, fault: devenv.Drop()},
		"hanging":                  {match: sessionObjects, fault: devenv.Hang()},
		"overloaded":               {match: sessionObjects, fault: faulty["too many requests"]},
		"answering no write":       {match: sessionWrites, fault: devenv.Hang()},
		"refusing every write":     {match: sessionWrites, fault: faulty["conflict"]},
		"failing with every write": {match: sessionWrites, fault: faulty["internal error"]},
		"forbidding every write":   {match: sessionWrites, fault: faulty["forbidden"]},
	}
}

// What was not stored is no success, what cannot be read is no answer, and once the
// API server is well the same request succeeds.
func TestStorageOfSessionsFails(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	// Each trouble asks for one scope more, so that there is a consent to store.
	scope, scopes := "openid", []string{"profile", "email", "address", "phone", "groups", "offline_access", "read", "write"}
	for i, name := range sortedKeys(troubles()) {
		trouble := troubles()[name]
		scope += " " + scopes[i]
		tries := map[string]attempt{}
		for _, name := range sortedKeys(steps) {
			tries[name] = steps[name].prepare(t, c, scope)
		}
		c.proxy.SetHook(devenv.When(trouble.match, trouble.fault))
		t.Run(name, func(t *testing.T) {
			for _, name := range sortedKeys(steps) {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					answer := tries[name].do(t)
					if read := !steps[name].writes && strings.Contains(t.Name(), "write"); trouble.harmless || read {
						tries[name].done(t, answer)
					} else {
						mustTellToTryAgain(t, steps[name], answer)
					}
				})
			}
		})
		c.proxy.SetHook(nil)
		if trouble.harmless {
			continue
		}
		for _, step := range sortedKeys(steps) {
			t.Run(name+", then well, "+step, func(t *testing.T) { tries[step].done(t, tries[step].do(t)) })
		}
	}
}

// An answer of the API server that is lost costs nothing, and if even the second is,
// the application gets the same when it asks again.
func TestD06AnswersToSessionsAreLost(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	v := c.person(t, "openid offline_access")
	first := c.tokens(t, v, "openid offline_access")

	c.proxy.SetHook(devenv.Nth(1, sessionWrites, devenv.LoseAnswer(nil)))
	code, verifier := c.Code(t, v, "alice", nil)
	redeemed := c.Redeem(t, code, verifier, nil)
	mustSucceed(t, "a redemption", redeemed)
	c.mustCount(t, pairOf(redeemed), true)

	c.proxy.SetHook(devenv.Nth(1, sessionWrites, devenv.LoseAnswer(nil)))
	refreshed := c.Refresh(t, first.refresh, nil)
	mustSucceed(t, "a refresh", refreshed)
	second := pairOf(refreshed)

	c.proxy.SetHook(devenv.When(sessionWrites, devenv.LoseAnswer(nil)))
	mustBeUnavailable(t, "a refresh", c.Refresh(t, second.refresh, nil))
	c.proxy.SetHook(nil)
	again, beside := c.Refresh(t, second.refresh, nil), c.beside.Refresh(t, second.refresh, nil)
	mustSucceed(t, "a refresh once more", again)
	third := pairOf(again)
	if third.refresh != pairOf(beside).refresh || !strings.Contains(third.refresh, ".3.") {
		t.Errorf("the replicas answer %s and %s", again.Body, beside.Body)
	}
	c.mustCount(t, third, true)

	c.proxy.SetHook(devenv.When(sessionWrites, devenv.LoseAnswer(nil)))
	if answer := c.Post(t, "/revoke", url.Values{"token": {third.refresh}}); answer.Status != 200 {
		mustBeUnavailable(t, "a revocation", answer)
	}
	c.proxy.SetHook(nil)
	mustSucceed(t, "a revocation once more", c.Post(t, "/revoke", url.Values{"token": {third.refresh}}))
	c.mustCount(t, third, false)

	code, verifier = c.Code(t, v, "alice", nil)
	c.proxy.SetHook(devenv.When(sessionWrites, devenv.LoseAnswer(nil)))
	mustBeUnavailable(t, "a redemption", c.Redeem(t, code, verifier, nil))
	c.proxy.SetHook(nil)
	mustBeRefused(t, "a redemption once more", c.Redeem(t, code, verifier, nil))
}

// A refresh of which the write hangs is told to come back within the grace of what
// may have been stored.
func TestRefreshThatHangsIsNotLost(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	first := c.tokens(t, c.person(t, "openid offline_access"), "openid offline_access")
	c.proxy.Stall(func(key devenv.RequestKey) bool { return sessionWrites(key) })
	start := time.Now()
	mustBeUnavailable(t, "a refresh", c.Refresh(t, first.refresh, nil))
	took := time.Since(start)
	c.proxy.Resume()
	again := c.Refresh(t, first.refresh, nil)
	mustSucceed(t, "a refresh once more", again)
	if c.mustCount(t, pairOf(again), true); took > grace*3/4 {
		t.Errorf("it took %s", took)
	}
}
