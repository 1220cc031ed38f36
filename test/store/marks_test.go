package store

import (
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/marks"
)

// Whoever has an assertion that was used can send it as often as they like: a replica that
// knows it does not ask the API server again.
func TestAReplayedAssertionCostsOneRequest(t *testing.T) {
	t.Parallel()
	behind, beside, proxy := faulty(t)
	for name, first := range map[string]*replica{"used here": behind, "used elsewhere": beside} {
		t.Run(name, func(t *testing.T) {
			id := storage.NewName()
			use := func(r *replica) error { return r.marks.Use(t.Context(), "client-uid", id, time.Now().Add(time.Minute)) }
			if err := use(first); err != nil {
				t.Fatal(err)
			}
			replay := func() {
				if err := use(behind); !errors.Is(err, marks.ErrUsed) {
					t.Fatalf("a replay: %v", err)
				}
			}
			replay()
			asked := proxy.Counts().Sum()
			for range 20 {
				replay()
			}
			if more := proxy.Counts().Sum() - asked; more != 0 {
				t.Errorf("%d more requests", more)
			}
		})
	}
}
