package faults

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// drains asks a replica to end (SIGTERM) while clients ask it for tokens, each on a
// connection of its own. It answers what it has accepted; others find the port closed.
func drains(t *testing.T, c *counter) {
	t.Helper()
	const clients = 8
	transport := &http.Transport{DisableKeepAlives: true}
	var answered atomic.Int64
	warm := make(chan struct{})
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.Issuer+"/token", strings.NewReader(installation.TokenForm("read").Encode()))
				if err != nil {
					t.Error(err)
					return
				}
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				request.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
				response, err := transport.RoundTrip(request)
				if err != nil {
					// A connection that waits to be accepted when the port closes is reset.
					if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, syscall.ECONNRESET) {
						t.Errorf("a request failed: %v", err)
					}
					return
				}
				_ = response.Body.Close()
				if response.StatusCode != http.StatusOK {
					t.Errorf("a request gets %d", response.StatusCode)
				}
				if answered.Add(1) == 5*clients {
					close(warm)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		wg.Wait()
	}()
	select {
	case <-warm:
	case <-ended:
		t.Error("no connection was accepted before the end")
	}
	if err := c.program.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	<-ended
}
