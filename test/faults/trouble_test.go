package faults

import (
	"net/http"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestOneReplicaInTrouble is what the API server of one replica may have, by the numbers in
// docs/design/testing.md, and what it costs.
func TestOneReplicaInTrouble(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	started := c.proxy.Counts()
	got := c.tokens(t, c.person(t, "openid"), "openid")
	t.Run("D29 D31 a start reads no session and each list once", func(t *testing.T) {
		lists := started.Filter(devenv.WithVerbs("list"))
		// Approvals are few: those of the last quarter of an hour.
		sessions := func(key devenv.RequestKey) bool { return sessionObjects(key) && key.Resource != "approvals" }
		if lists.Sum() == 0 || lists.Sum() > 11 || lists.Filter(sessions).Sum() > 0 {
			t.Errorf("a start reads %v", lists)
		}
	})
	t.Run("D02 slow API server", func(t *testing.T) { slow(t, c, got) })
	t.Run("D07 every second request gets 409", func(t *testing.T) { got = storm(t, c, got, faulty["conflict"]) })
	t.Run("D08 every second request gets 429", func(t *testing.T) { got = storm(t, c, got, busy) })
	t.Run("D08 every request gets 429", func(t *testing.T) {
		c.proxy.SetHook(devenv.When(sessionObjects, busy))
		defer c.proxy.SetHook(nil)
		before := c.proxy.Counts()
		mustBeUnavailable(t, "introspection", introspected(t, c.App, got.access))
		if n := c.proxy.Counts().Diff(before).Filter(sessionObjects).Sum(); n > 2 {
			t.Errorf("one request became %d", n)
		}
	})
	t.Run("D31 D09 connections break and watches are too old", func(t *testing.T) { expired(t, c) })
	t.Run("D17 SIGTERM", func(t *testing.T) { drains(t, c) })
}

// busy is an API server that asks for a pause.
func busy(w http.ResponseWriter, r *http.Request, forward http.Handler) {
	w.Header().Set("Retry-After", "1")
	faulty["too many requests"](w, r, forward)
}

// storm refreshes while every second request for a session object gets a fault. Each step
// ends well or says to try again, and the API server gets at most twice the requests. It
// returns the last tokens.
func storm(t *testing.T, c *counter, got pair, fault devenv.Fault) pair {
	t.Helper()
	const steps = 4
	before := c.proxy.Counts()
	for range steps {
		got = pairOf(c.Refresh(t, got.refresh, nil))
	}
	each := c.proxy.Counts().Diff(before).Filter(sessionObjects).Sum() / steps
	c.proxy.SetHook(every(2, sessionObjects, fault))
	defer c.proxy.SetHook(nil)
	before = c.proxy.Counts()
	tries := 0
	for done := 0; done < steps && tries < 10*steps; tries++ {
		answer := c.Refresh(t, got.refresh, nil)
		if answer.Status == http.StatusOK {
			done++
			got = pairOf(answer)
			continue
		}
		mustBeUnavailable(t, "a refresh", answer)
	}
	if n := c.proxy.Counts().Diff(before).Filter(sessionObjects).Sum(); n > 2*each*tries {
		t.Errorf("%d refreshes, each of which needs %d requests, became %d", tries, each, n)
	}
	c.proxy.SetHook(nil)
	c.mustCount(t, got, true)
	return got
}

// expired cuts a replica off, deletes a client meanwhile, and answers the first watch of
// each kind with 410. The replica misses nothing, and reads each list once more.
func expired(t *testing.T, c *counter) {
	t.Helper()
	who := newCaller(t, c.g, c.Issuer)
	cut(c.proxy)
	if err := c.g.Admin.Delete(t.Context(), who.OAuthClient); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	refused, lists := map[string]bool{}, 0
	c.proxy.SetHook(func(r *http.Request) devenv.Fault {
		key := devenv.DescribeRequest(r).RequestKey
		mu.Lock()
		defer mu.Unlock()
		switch {
		case key.Verb == "list":
			lists++
		case key.Verb == "watch" && !refused[key.Resource]:
			refused[key.Resource] = true
			return devenv.Refuse(http.StatusGone, metav1.StatusReasonExpired, "too old resource version")
		}
		return nil
	})
	defer c.proxy.SetHook(nil)
	installation.Eventually(t, convergence, func() bool { return who.token(t).Status == http.StatusUnauthorized },
		func() string { return "refusal of a client that was deleted meanwhile" })
	mu.Lock()
	defer mu.Unlock()
	if len(refused) == 0 || lists == 0 || lists > 10 {
		t.Errorf("after 410 for %v there were %d lists", refused, lists)
	}
}
