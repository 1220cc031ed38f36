package nodejs

import (
	"bytes"
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

// limit is how long a program may run; the first installation is the slowest.
const limit = 5 * time.Minute

// Run runs a program in a directory and returns its standard output. It fails the
// test if the program fails.
func Run(t testing.TB, dir string, input []byte, command ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	program := exec.CommandContext(ctx, command[0], command[1:]...)
	program.Dir, program.Stdin, program.WaitDelay = dir, bytes.NewReader(input), time.Second
	var complaints bytes.Buffer
	program.Stderr = &complaints
	output, err := program.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", command, err, output, complaints.Bytes())
	}
	return output
}

// Installed returns a directory with the files of a directory of this repository,
// which is named from the root, and with the packages of its lock file. They are
// installed again only when that has changed.
func Installed(t testing.TB, source string) string {
	t.Helper()
	ensure(t, "Node.js", []string{"nodejs", "npm"}, "node", "npm")
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	source = filepath.Join(root, source)
	target := filepath.Join(root, ".local", "nodejs", filepath.Base(source))
	unlock := locked(t, target+".lock")
	defer unlock()
	copyFiles(t, source, target)
	lock, err := os.ReadFile(filepath.Join(source, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(target, "installed-lock.json")
	if present, _ := os.ReadFile(done); !bytes.Equal(present, lock) {
		_ = os.Remove(done)
		Run(t, target, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		if err := devenv.WriteFile(done, lock, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return target
}

// Chromium returns the path of a Chromium.
func Chromium(t testing.TB) string {
	t.Helper()
	ensure(t, "Chromium", []string{"chromium"}, "chromium")
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// ensure installs packages where programs are missing and Debian's packages can be
// installed, and fails the test elsewhere.
func ensure(t testing.TB, what string, packages []string, programs ...string) {
	t.Helper()
	missing := func() error {
		var errs []error
		for _, program := range programs {
			_, err := exec.LookPath(program)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
	if missing() == nil {
		return
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		t.Fatalf("this test needs %s; install %s: %v", what, strings.Join(packages, " and "), missing())
	}
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	// Two packages of tests must not run apt-get at once.
	unlock := locked(t, filepath.Join(root, ".local", "nodejs", "apt-get.lock"))
	defer unlock()
	if missing() == nil {
		return
	}
	_, _ = os.Stderr.WriteString("installing " + what + " with apt-get (" + strings.Join(packages, ", ") + ")\n")
	install := append([]string{"install", "--yes", "--no-install-recommends"}, packages...)
	for _, arguments := range [][]string{{"update"}, install} {
		Run(t, "", nil, append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get"}, arguments...)...)
	}
	if err := missing(); err != nil {
		t.Fatal(err)
	}
}

func locked(t testing.TB, path string) (unlock func()) {
	t.Helper()
	unlock, err := devenv.LockFile(t.Context(), path, limit)
	if err != nil {
		t.Fatal(err)
	}
	return unlock
}

// copyFiles copies the files of a directory, but no directories in it.
func copyFiles(t testing.TB, source, target string) {
	t.Helper()
	entries, err := os.ReadDir(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(source, entry.Name()))
		if err == nil {
			err = devenv.WriteFile(filepath.Join(target, entry.Name()), content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
