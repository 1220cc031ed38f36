//go:build unix

package devenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// LockFile holds an exclusive lock on path, which it creates, until unlock is
// called or the process ends.
func LockFile(ctx context.Context, path string, bound time.Duration) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	err = await(ctx, "the lock "+path, bound, 100*time.Millisecond, func(context.Context) error {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil && !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return hopeless{err}
		}
		return err
	})
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	// Closing the only descriptor releases the lock.
	return func() { _ = file.Close() }, nil
}
