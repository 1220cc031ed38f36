package provider

import (
	"net/http"
	"testing"

	"github.com/grantor-dev/grantor/server/httpx"
)

func TestClientThatRevokesWithoutEndIsBounded(t *testing.T) {
	var l limiter
	allowed := 0
	for range 10 * markBurst {
		if err := l.allow("one", ""); err == nil {
			allowed++
		} else if e, ok := err.(*httpx.Error); !ok || e.Status != http.StatusServiceUnavailable || e.RetryAfter == 0 {
			t.Fatalf("refused with %v", err)
		}
	}
	if allowed < markBurst || allowed > 2*markBurst {
		t.Errorf("%d of %d were allowed", allowed, 10*markBurst)
	}
	if err := l.allow("another", ""); err != nil {
		t.Errorf("another client pays for it: %v", err)
	}
}
