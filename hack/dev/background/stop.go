package background

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"
)

// killBound is how long a killed process may take to be gone.
const killBound = 10 * time.Second

// Stop ends the process on record, with SIGKILL if it does not end within the
// grace, and forgets it. It says whether there was one to end. A process that
// is not the recorded one is left alone.
func (r Registry) Stop(ctx context.Context, name string, grace time.Duration) (stopped bool, err error) {
	found, ok := r.running(name)
	if !ok {
		return false, r.forget(name)
	}
	// The handle first, then the check: the id cannot pass to another process
	// between the check and the signal.
	process, err := os.FindProcess(found.PID)
	if err != nil {
		return false, fmt.Errorf("stop %s: %w", name, err)
	}
	defer func() { _ = process.Release() }()
	if !r.Running(name) {
		return false, r.forget(name)
	}
	if err := r.end(ctx, name, process, grace); err != nil {
		return false, fmt.Errorf("stop %s (process %d): %w", name, found.PID, err)
	}
	return true, r.forget(name)
}

func (r Registry) end(ctx context.Context, name string, process *os.Process, grace time.Duration) error {
	_ = process.Signal(syscall.SIGTERM)
	if r.gone(ctx, name, grace) {
		return nil
	}
	_ = process.Signal(syscall.SIGKILL)
	if r.gone(context.WithoutCancel(ctx), name, killBound) {
		return nil
	}
	return fmt.Errorf("it is not gone %s after SIGKILL", killBound)
}

// gone waits until the process is gone, and says whether it is.
func (r Registry) gone(ctx context.Context, name string, bound time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for r.Running(name) {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return !r.Running(name)
		}
	}
	return true
}
