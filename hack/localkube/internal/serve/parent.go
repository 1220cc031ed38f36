package serve

import (
	"context"
	"os"
	"time"
)

const parentCheck = 200 * time.Millisecond

// stopWithParent cancels when the process that started this one is gone. The
// kernel's parent-death signal will not do: it comes when the starting thread
// ends, and a Go program may end a thread at any time.
func stopWithParent(ctx context.Context, cancel context.CancelCauseFunc, parent int) {
	ticker := time.NewTicker(parentCheck)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if os.Getppid() != parent {
				cancel(errAsked)
				return
			}
		}
	}
}
