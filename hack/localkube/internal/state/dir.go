package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const (
	lockFile      = "localkube.lock"
	ephemeralFile = "localkube.ephemeral"
)

// Dir is a state directory that this process holds.
type Dir struct {
	path      string
	ephemeral bool
	lock      *os.File
}

// Claim takes the directory for this process and makes it if needed. A
// directory with foreign content is refused, because localkube changes its
// mode and an ephemeral one is deleted. What a killed ephemeral run left
// behind is deleted first.
func Claim(path string, ephemeral bool) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find state directory: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make state directory: %w", err)
	}
	d := &Dir{path: path, ephemeral: ephemeral}
	if err := d.checkContent(); err != nil {
		return nil, err
	}
	if err := d.acquire(); err != nil {
		return nil, err
	}
	if err := d.prepare(); err != nil {
		return nil, fmt.Errorf("prepare state directory: %w", err)
	}
	return d, nil
}

// Path returns the absolute name of an entry in the directory.
func (d *Dir) Path(elements ...string) string {
	return filepath.Join(append([]string{d.path}, elements...)...)
}

// Release gives the directory up and deletes it if it is ephemeral.
func (d *Dir) Release() error {
	defer d.lock.Close()
	if !d.ephemeral {
		return nil
	}
	// The embedded etcd may still be writing, which makes a removal fail that
	// succeeds a moment later.
	var err error
	for range 5 {
		if err = os.RemoveAll(d.path); err == nil {
			return nil
		}
	}
	return fmt.Errorf("remove ephemeral state directory: %w", err)
}

func (d *Dir) checkContent() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("read state directory: %w", err)
	}
	switch {
	case len(entries) == 0:
		return nil
	case !d.has(lockFile):
		return fmt.Errorf("%s is not empty and not a state directory: name a new or an empty one", d.path)
	case d.ephemeral && !d.has(ephemeralFile):
		return fmt.Errorf("%s holds kept state: name another directory for an ephemeral one", d.path)
	case !d.ephemeral && d.has(ephemeralFile):
		return fmt.Errorf("%s is left from an ephemeral run: remove it or name another directory", d.path)
	}
	return nil
}

func (d *Dir) acquire() error {
	lock, err := os.OpenFile(d.Path(lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return fmt.Errorf("%s is in use by another localkube", d.path)
	}
	d.lock = lock
	return nil
}

func (d *Dir) prepare() error {
	if err := os.Chmod(d.path, 0o700); err != nil {
		return err
	}
	if !d.ephemeral {
		return nil
	}
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == lockFile {
			continue
		}
		if err := os.RemoveAll(d.Path(entry.Name())); err != nil {
			return err
		}
	}
	return os.WriteFile(d.Path(ephemeralFile), nil, 0o600)
}

func (d *Dir) has(name string) bool {
	_, err := os.Lstat(d.Path(name))
	return !errors.Is(err, fs.ErrNotExist)
}
