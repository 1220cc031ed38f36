//go:build faults

package outages

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"
)

// TestD03APIServerRestarts restarts the API server under load. Fifteen seconds after it is
// back every request succeeds, sessions go on, and no Secret has changed.
func TestD03APIServerRestarts(t *testing.T) {
	u := newUser(t)
	access, refresh := u.session(t)
	secret := cluster.Value(t, u.Object)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		var load sync.WaitGroup
		for n := range cluster.Servers {
			load.Go(func() {
				for app := u.at(n); ctx.Err() == nil; {
					if answer := app.Post(t, "/introspect", url.Values{"token": {access}}); answer.Status != http.StatusServiceUnavailable && answer.JSON["active"] != true {
						t.Errorf("introspection answers %d %s", answer.Status, answer.Body)
					}
				}
			})
		}
		stop(t)
		start(t)
		back := time.Now()
		access, refresh = u.works(t, time.Minute, access, refresh)
		t.Logf("sessions go on %s after the API server is back", time.Since(back).Round(100*time.Millisecond))
		cancel()
		load.Wait()
		if time.Since(back) > 15*time.Second {
			t.Error("that took too long")
		}
	}
	if now := cluster.Value(t, u.Object); now != secret {
		t.Error("the client secret has changed")
	}
	alive(t)
}
