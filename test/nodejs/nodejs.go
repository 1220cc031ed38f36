package nodejs

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
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
	debian.Ensure(t, debian.Need{What: "Node.js", Packages: []string{"nodejs", "npm"}, Programs: []string{"node", "npm"}})
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
	debian.Ensure(t, debian.Need{What: "Chromium", Packages: []string{"chromium"}, Programs: []string{"chromium"}})
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	return path
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
