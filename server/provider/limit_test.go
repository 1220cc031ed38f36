package provider

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
)

func TestClientThatRevokesWithoutEndIsBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	p := New(Options{Now: func() time.Time { return now }})
	for range markBurst {
		if err := p.mark(p.revocations, "one", ""); err != nil {
			t.Fatalf("refused within its share: %v", err)
		}
	}
	refusal, ok := errors.AsType[*httpx.Error](p.mark(p.revocations, "one", "Wait."))
	if !ok || refusal.Status != http.StatusServiceUnavailable || refusal.RetryAfter == 0 || refusal.Description != "Wait." {
		t.Errorf("beyond its share: %v", refusal)
	}
	if err := p.mark(p.revocations, "another", ""); err != nil {
		t.Errorf("another client pays for it: %v", err)
	}
	if err := p.mark(p.assertions, "one", ""); err != nil {
		t.Errorf("what it revokes counts against its assertions: %v", err)
	}
}
