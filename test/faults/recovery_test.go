package faults

import (
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// Once the API server is back a replica is soon up to date again, however long it was
// away: what was changed in the meantime must not wait for a pause between two tries.
func TestD05ReplicaCatchesUpOnceTheAPIServerIsBack(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, _ := g.replica(t)
	c := newCaller(t, g, url)
	cut(proxy)
	installation.While(20*time.Second, func() {
		if answer := c.token(t); answer.Status != http.StatusOK {
			t.Fatalf("the token endpoint answers %d %s", answer.Status, answer.Body)
		}
	})
	suspend(t, g, c)
	proxy.SetHook(nil)
	installation.Eventually(t, 10*time.Second, func() bool { return c.token(t).Status == http.StatusUnauthorized },
		func() string { return "refusal of a client that was suspended while the API server was away" })
}
