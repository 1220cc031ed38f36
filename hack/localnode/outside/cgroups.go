//go:build linux

package outside

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	hierarchies  = "/sys/fs/cgroup"
	cgroupBound  = 10 * time.Second
	cgroupPoll   = 50 * time.Millisecond
	cgroupPrefix = "localnode-"
)

// cgroup is the name of the cgroups of the node with this directory.
func cgroup(dir string) string {
	return cgroupPrefix + fmt.Sprintf("%x", sha256.Sum256([]byte(dir)))[:8]
}

// cgroupPaths are the places of a cgroup: one, or one in each hierarchy of the
// first version of cgroups.
func cgroupPaths(name string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(hierarchies, "cgroup.controllers")); err == nil {
		return []string{filepath.Join(hierarchies, name)}, nil
	}
	entries, err := os.ReadDir(hierarchies)
	if err != nil {
		return nil, fmt.Errorf("look for cgroups: %w", err)
	}
	var paths []string
	for _, entry := range entries {
		if entry.IsDir() { // not the links for several controllers in one
			paths = append(paths, filepath.Join(hierarchies, entry.Name(), name))
		}
	}
	return paths, nil
}

// Remains are the cgroups that there are of the node with this directory.
func Remains(dir string) ([]string, error) {
	paths, err := cgroupPaths(cgroup(dir))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			found = append(found, path)
		}
	}
	return found, nil
}

func makeCgroups(name string) error {
	paths, err := cgroupPaths(name)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("make cgroup: %w", err)
		}
		// Without processors and memory of its own, one of these holds no process.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(filepath.Dir(path), file))
			if err != nil || strings.TrimSpace(string(value)) == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(path, file), value, 0); err != nil {
				return fmt.Errorf("prepare cgroup: %w", err)
			}
		}
	}
	return nil
}

// removeCgroups removes the cgroups once the processes in them are gone.
func removeCgroups(name string) error {
	paths, err := cgroupPaths(name)
	if err != nil {
		return err
	}
	var last error
	err = wait.PollUntilContextTimeout(context.Background(), cgroupPoll, cgroupBound, true, func(context.Context) (bool, error) {
		last = nil
		for _, path := range paths {
			last = errors.Join(last, removeCgroup(path))
		}
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("remove cgroups: %w", errors.Join(err, last))
	}
	return nil
}

// removeCgroup removes a tree of cgroups from its leaves. The files in it are
// the kernel's.
func removeCgroup(path string) error {
	var directories []string
	err := filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir():
			directories = append(directories, at)
		}
		return nil
	})
	for _, directory := range slices.Backward(directories) {
		if removeErr := os.Remove(directory); removeErr != nil && !errors.Is(removeErr, fs.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
	}
	return err
}
