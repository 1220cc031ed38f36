package sweeper

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/controllers/reconcile"
)

const (
	// pause is the least pause after a request.
	pause = 5 * time.Millisecond
	// maxPause bounds it.
	maxPause = time.Second
	// maxFailures is how many deletions may fail before a sweep gives up.
	maxFailures = 20
)

// errTooManyFailures says that a sweep gave up.
var errTooManyFailures = errors.New("too many deletions failed")

// remove deletes an object as it was listed. That it was changed or deleted
// meanwhile is no failure; the next sweep looks again.
func (r *run) remove(ctx context.Context, item record, reason string) error {
	start := time.Now()
	err := r.Sessions.Delete(ctx, item.object(), client.Preconditions{UID: &item.uid, ResourceVersion: &item.version})
	switch {
	case err == nil:
		r.deleted++
		r.Metrics.delete(item.kind, reason)
	case reconcile.LostRace(err):
	default:
		r.failed = append(r.failed, fmt.Errorf("delete %s: %w", item.kind, err))
		if len(r.failed) == maxFailures {
			return errTooManyFailures
		}
	}
	rest(ctx, time.Since(start))
	return ctx.Err()
}

// rest waits after a request as long as that took: a sweep takes at most half of
// what one client can have of the API server, and less when that is busy.
func rest(ctx context.Context, took time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(min(max(took, pause), maxPause)):
	}
}
