package sweeper

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/controllers/reconcile"
)

const (
	// workers is how many objects are deleted at the same time, so that a sweep is
	// faster than session objects can be made.
	workers = 8
	// pause is the least pause after a request.
	pause = 5 * time.Millisecond
	// maxPause bounds it.
	maxPause = time.Second
	// maxFailures is how many deletions may fail before a sweep gives up.
	maxFailures = 20
)

// errTooManyFailures says that a sweep gave up.
var errTooManyFailures = errors.New("too many deletions failed")

// removeAll deletes objects as they were listed.
func (r *run) removeAll(ctx context.Context, items []record, reason string) error {
	deletions, ctx := errgroup.WithContext(ctx)
	deletions.SetLimit(workers)
	for _, item := range items {
		if ctx.Err() != nil {
			break
		}
		deletions.Go(func() error { return r.remove(ctx, item, reason) })
	}
	return deletions.Wait()
}

// remove deletes an object as it was listed. That it was changed or deleted since is no
// failure; the next sweep looks again.
func (r *run) remove(ctx context.Context, item record, reason string) error {
	start := time.Now()
	err := r.Sessions.Delete(ctx, item.object(), client.Preconditions{UID: &item.uid, ResourceVersion: &item.version})
	if err := r.removed(item, reason, err); err != nil {
		return err
	}
	rest(ctx, time.Since(start))
	return ctx.Err()
}

// removed records the end of a deletion.
func (r *run) removed(item record, reason string, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.deleted++
		r.Metrics.delete(item.kind, reason)
	case reconcile.LostRace(err), errors.Is(err, context.Canceled):
	default:
		r.failed = append(r.failed, fmt.Errorf("delete %s: %w", item.kind, err))
		if len(r.failed) >= maxFailures {
			return errTooManyFailures
		}
	}
	return nil
}

// rest waits after a request as long as that took: each worker asks at most half of
// the time, and less often when the API server is busy.
func rest(ctx context.Context, took time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(min(max(took, pause), maxPause)):
	}
}
