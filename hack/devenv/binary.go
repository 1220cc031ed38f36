package devenv

import (
	"context"
	"fmt"
	"os"
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

// RunVariable names one run of all tests; hack/dev sets it. A program is built once in it: to
// find that there is nothing to do takes Go half a second each time.
const RunVariable = "GRANTOR_TEST_RUN"

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
	run, builtIn := os.Getenv(RunVariable), filepath.Join(bin, "."+name+".run")
	if last, err := os.ReadFile(builtIn); err == nil && run != "" && string(last) == run {
		return filepath.Join(bin, name), nil
	}

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
	if err := os.WriteFile(builtIn, []byte(run), 0o644); err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	return filepath.Join(bin, name), nil
}
