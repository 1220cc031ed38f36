package devenv

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// buildBound allows for a cold build with the race detector on a slow machine.
const buildBound = 20 * time.Minute

// raceFlags build with the race detector, except for ciphers and hashes: they share
// nothing, and with it they take ten times as long. hack/test has the same.
var raceFlags = []string{"-race", "-gcflags=crypto/internal/...=-race=false", "-gcflags=golang.org/x/crypto/...=-race=false"}

// GrantorBinary builds cmd/grantor and returns the path of the binary:
// .local/bin/grantor, or .local/bin/grantor-race with the race detector. Test
// packages that run at the same time build once: the others wait, and Go then
// finds nothing to do.
func GrantorBinary(ctx context.Context, repoRoot string, race bool) (string, error) {
	if race {
		return buildBinary(ctx, repoRoot, "grantor-race", "grantor", raceFlags)
	}
	return buildBinary(ctx, repoRoot, "grantor", "grantor", nil)
}

// PluginBinary builds cmd/kubectl-oauth in the same way.
func PluginBinary(ctx context.Context, repoRoot string) (string, error) {
	return buildBinary(ctx, repoRoot, "kubectl-oauth", "kubectl-oauth", nil)
}

func buildBinary(ctx context.Context, repoRoot, name, command string, flags []string) (string, error) {
	// The same settings whoever builds, so that no test rebuilds for another's.
	cgo := "CGO_ENABLED=0"
	if len(flags) > 0 {
		cgo = "CGO_ENABLED=1"
	}
	bin := filepath.Join(repoRoot, ".local", "bin")
	unlock, err := LockFile(ctx, filepath.Join(bin, "."+name+".lock"), buildBound)
	if err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	defer unlock()

	ctx, cancel := context.WithTimeout(ctx, buildBound)
	defer cancel()
	args := append([]string{"build", "-buildvcs=false"}, flags...)
	build := exec.CommandContext(ctx, "go", append(args, "-o", filepath.Join(bin, name), "./cmd/"+command)...)
	build.Dir = repoRoot
	build.Env = append(build.Environ(), cgo)
	build.WaitDelay = killBound
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, strings.TrimSpace(string(output)))
	}
	return filepath.Join(bin, name), nil
}
