//go:build linux

package outside

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/hack/localnode/inside"
)

// lockBound is how long a node of the same directory may take to be gone.
const lockBound = 20 * time.Second

// directory is what a node has on disk.
type directory struct {
	path   string
	unlock func()
}

func (d directory) lock() string       { return filepath.Join(d.path, "lock") }
func (d directory) logs() string       { return filepath.Join(d.path, "log") }
func (d directory) kubeconfig() string { return filepath.Join(d.path, "kubeconfig") }
func (d directory) about() string      { return filepath.Join(d.path, "node.json") }

// claim takes the directory for this process and removes what a killed run
// left: that was the last that held the lock.
func claim(ctx context.Context, path string) (*directory, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the directory: %w", err)
	}
	for _, private := range inside.Private() {
		if path == private || strings.HasPrefix(path, private+"/") {
			return nil, fmt.Errorf("%s lies below %s, where the node's files are not seen outside: name another directory", path, private)
		}
	}
	d := &directory{path: path}
	if d.unlock, err = devenv.LockFile(ctx, d.lock(), lockBound); err != nil {
		return nil, fmt.Errorf("another node has this directory: %w", err)
	}
	if err := d.clean(); err != nil {
		d.unlock()
		return nil, err
	}
	if err := os.RemoveAll(d.logs()); err != nil {
		return nil, fmt.Errorf("remove old logs: %w", err)
	}
	if err := os.MkdirAll(d.logs(), 0o755); err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	return d, nil
}

// clean removes all that a node leaves on the machine but its logs.
func (d *directory) clean() error {
	errs := []error{removeCgroups(cgroup(d.path))}
	for _, file := range []string{d.kubeconfig(), d.about()} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("clean up: %w", err))
		}
	}
	return errors.Join(errs...)
}

// release is the end of the node.
func (d *directory) release() error {
	defer d.unlock()
	return d.clean()
}
