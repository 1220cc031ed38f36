package debian

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// limit is how long an installation may take, or waiting for another one.
const limit = 5 * time.Minute

// Need says what a test cannot do without.
type Need struct {
	// What is its name for people, Packages are Debian's.
	What     string
	Packages []string
	// Programs are looked for in the path, Files where they are.
	Programs, Files []string
}

// Ensure installs what is missing where Debian's packages can be installed, and
// fails the test elsewhere.
func Ensure(t testing.TB, need Need) {
	t.Helper()
	if need.missing() == nil {
		return
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		t.Fatalf("this test needs %s; install %s: %v", need.What, strings.Join(need.Packages, " and "), need.missing())
	}
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	// Two packages of tests must not run apt-get at once.
	unlock, err := devenv.LockFile(t.Context(), filepath.Join(root, ".local", "apt-get.lock"), limit)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if need.missing() == nil {
		return
	}
	_, _ = os.Stderr.WriteString("installing " + need.What + " with apt-get (" + strings.Join(need.Packages, ", ") + ")\n")
	aptGet(t, "update")
	aptGet(t, append([]string{"install", "--yes", "--no-install-recommends"}, need.Packages...)...)
	if err := need.missing(); err != nil {
		t.Fatal(err)
	}
}

func (n Need) missing() error {
	var errs []error
	for _, program := range n.Programs {
		_, err := exec.LookPath(program)
		errs = append(errs, err)
	}
	for _, file := range n.Files {
		_, err := os.Stat(file)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func aptGet(t testing.TB, arguments ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, "apt-get", arguments...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("apt-get %v: %v\n%s", arguments, err, output)
	}
}
