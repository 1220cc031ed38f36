package devenv

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// await polls until probe returns nil. The error of an exceeded bound says
// what was waited for and why the last probe failed.
func await(ctx context.Context, what string, bound, every time.Duration, probe func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, every, bound, true, func(ctx context.Context) (bool, error) {
		if err := probe(ctx); err != nil {
			// A probe cut short by the bound knows less than the one before it.
			if ctx.Err() == nil || last == nil {
				last = err
			}
			return false, permanent(err)
		}
		return true, nil
	})
	if err == nil {
		return nil
	}
	if last == nil {
		last = err
	}
	if wait.Interrupted(err) && ctx.Err() == nil {
		return fmt.Errorf("wait for %s: not within %s: %w", what, bound, last)
	}
	return fmt.Errorf("wait for %s: %w", what, last)
}
