package debian

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// limit is how long an installation may take, or waiting for another one.
const limit = 5 * time.Minute

// Need says what a caller cannot do without.
type Need struct {
	// What is its name for people, Packages are Debian's.
	What     string
	Packages []string
	// Programs are looked for in the path, Files where they are.
	Programs, Files []string
}

// Ensure installs what is missing where Debian's packages can be installed, and
// is an error elsewhere.
func Ensure(ctx context.Context, need Need) error {
	if need.missing() == nil {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return fmt.Errorf("%s is missing; install %s: %w", need.What, strings.Join(need.Packages, " and "), need.missing())
	}
	root, err := devenv.RepoRoot()
	if err != nil {
		return err
	}
	// Two must not run apt-get at once.
	unlock, err := devenv.LockFile(ctx, filepath.Join(root, ".local", "apt-get.lock"), limit)
	if err != nil {
		return err
	}
	defer unlock()
	if need.missing() == nil {
		return nil
	}
	_, _ = os.Stderr.WriteString("installing " + need.What + " with apt-get (" + strings.Join(need.Packages, ", ") + ")\n")
	if err := aptGet(ctx, "update"); err != nil {
		return err
	}
	if err := aptGet(ctx, append([]string{"install", "--yes", "--no-install-recommends"}, need.Packages...)...); err != nil {
		return err
	}
	return need.missing()
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

func aptGet(ctx context.Context, arguments ...string) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	command := exec.CommandContext(ctx, "apt-get", arguments...)
	// In runlevel 1 no package starts a service of its own.
	command.Env = append(command.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %v: %w\n%s", arguments, err, output)
	}
	return nil
}
