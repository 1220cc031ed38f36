package watch

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// A request that failed is tried again after firstRetry, then after twice as long
// each time, up to lastRetry. client-go would pause for up to a minute, and so
// would a change that was made while the API server was away.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 2 * time.Second
)

// retry calls f until it succeeds, ctx ends, or the answer is one that client-go has
// to know: that the version to watch from is gone, or that the request is wrong.
func (c *Copy) retry(ctx context.Context, f func() error) error {
	for pause := firstRetry; ; pause = min(2*pause, lastRetry) {
		err := f()
		if err == nil || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) {
			return err
		}
		c.failure.Store(&err)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// why returns the last failure, for a message that says that the copy is too old.
func (c *Copy) why() string {
	if err := c.failure.Load(); err != nil {
		return ": " + (*err).Error()
	}
	return ""
}
