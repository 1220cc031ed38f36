package dpop

import (
	"flag"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// ways is how many requests meet.
const ways = 16

var rounds = flag.Int("rounds", 3, "how often requests meet")

// meet sends token requests at once to all replicas.
func meet(t *testing.T, p program, key func(i int) dpoptest.Key, form func() url.Values) (granted []map[string]any) {
	t.Helper()
	requests := make([]*http.Request, ways)
	for i := range requests {
		of := p.with(key(i)).replica(t, i)
		requests[i] = of.request(t, "/token", form(), of.proof(http.MethodPost, "/token", nil))
	}
	answers := make([]installation.Answer, ways)
	var wg sync.WaitGroup
	for i := range requests {
		wg.Go(func() { answers[i] = installation.Do(t, requests[i]) })
	}
	wg.Wait()
	for _, answer := range answers {
		if answer.Status == http.StatusOK {
			granted = append(granted, answer.JSON)
		} else if answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
			t.Errorf("a request is answered with %d %s", answer.Status, answer.Body)
		}
	}
	return granted
}

// Sixteen requests at three replicas: a code that is bound gives tokens to its key alone,
// whatever others present; one that is redeemed again by that key ends; a refresh has one successor; and of sixteen keys that claim a
// session without one, one gets it.
func TestRaces(t *testing.T) {
	t.Parallel()
	p := newProgram(t, public)
	keys := make([]dpoptest.Key, ways)
	for i := range keys {
		keys[i] = dpoptest.NewKey(t)
	}
	keys[5] = p.key
	each := func(i int) dpoptest.Key { return keys[i] }
	for range *rounds {
		code, verifier := p.code(t, url.Values{"dpop_jkt": {p.key.Thumbprint(t)}})
		granted := meet(t, p, each, func() url.Values { return p.redemption(code, verifier) })
		if len(granted) != 1 {
			t.Fatalf("%d redemptions of a code got tokens", len(granted))
		}
		tokens := granted[0]
		granted = meet(t, p, func(int) dpoptest.Key { return p.key }, func() url.Values { return refreshing(tokens) })
		if len(granted) != ways {
			t.Fatalf("%d refreshes got tokens", len(granted))
		}
		for _, one := range granted {
			if one["refresh_token"] != granted[0]["refresh_token"] || one["refresh_token"] == tokens["refresh_token"] || one["token_type"] != "DPoP" {
				t.Fatal("a refresh token has two successors, or none")
			}
		}
		checkClaimed(t, p, keys)
		checkReplayed(t, p)
		tokens = given(t, p.post(t, "/token", refreshing(granted[0])), "DPoP")
		checkBound(t, p, tokens)
	}
}

// checkReplayed lets right redemptions of one code meet: one gets tokens, which end, because
// the code was used again.
func checkReplayed(t *testing.T, p program) {
	t.Helper()
	code, verifier := p.code(t, nil)
	granted := meet(t, p, func(int) dpoptest.Key { return p.key }, func() url.Values { return p.redemption(code, verifier) })
	if len(granted) != 1 {
		t.Fatalf("%d redemptions of a code got tokens", len(granted))
	}
	denied(t, "a refresh after a replay", p.post(t, "/token", refreshing(granted[0])), "invalid_grant")
}

// checkClaimed lets keys claim a session that began without one.
func checkClaimed(t *testing.T, p program, keys []dpoptest.Key) {
	t.Helper()
	code, verifier := p.code(t, nil)
	tokens := given(t, p.bare(t, "/token", p.redemption(code, verifier)), "Bearer")
	granted := meet(t, p, func(i int) dpoptest.Key { return keys[i] }, func() url.Values { return refreshing(tokens) })
	if len(granted) != 1 {
		t.Fatalf("%d of the keys got tokens", len(granted))
	}
	var holders int
	for _, key := range keys {
		answer := p.with(key).post(t, "/token", refreshing(granted[0]))
		if answer.Status == http.StatusOK {
			granted[0] = answer.JSON
			holders++
		} else if answer.Code() != "invalid_grant" {
			t.Errorf("a refresh is answered with %d %s", answer.Status, answer.Body)
		}
	}
	if holders != 1 {
		t.Errorf("%d keys can refresh", holders)
	}
}
