package marks

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
)

func TestClientThatRevokesWithoutEndIsBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	revocations, assertions := NewQuota(), NewQuota()
	for range perClient.Burst {
		if err := revocations.Take("one", now, ""); err != nil {
			t.Fatalf("refused within its share: %v", err)
		}
	}
	refusal, ok := errors.AsType[*httpx.Error](revocations.Take("one", now, "Wait."))
	if !ok || refusal.Status != http.StatusServiceUnavailable || refusal.RetryAfter == 0 || refusal.Description != "Wait." {
		t.Errorf("beyond its share: %v", refusal)
	}
	if err := revocations.Take("another", now, ""); err != nil {
		t.Errorf("another client pays for it: %v", err)
	}
	if err := assertions.Take("one", now, ""); err != nil {
		t.Errorf("what it revokes counts against its assertions: %v", err)
	}
}
