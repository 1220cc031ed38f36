package devenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// ToolBinary builds a tool that hack/tools pins where that is necessary, and returns
// its path. The builder's progress goes to standard error.
func ToolBinary(ctx context.Context, repoRoot, name string) (string, error) {
	bin := filepath.Join(repoRoot, ".local", "bin")
	unlock, err := LockFile(ctx, filepath.Join(bin, "."+name+".lock"), buildBound)
	if err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	defer unlock()

	ctx, cancel := context.WithTimeout(ctx, buildBound)
	defer cancel()
	binary := filepath.Join(bin, name)
	build := exec.CommandContext(ctx, filepath.Join(repoRoot, "hack", "tools", "build"), name, binary)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	build.Cancel = func() error { return build.Process.Signal(syscall.SIGTERM) }
	build.WaitDelay = killBound
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build %s: %w", name, errors.Join(err, ctx.Err()))
	}
	return binary, nil
}
