package docs

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
)

// limit is how long the commands of a page may take.
const limit = 5 * time.Minute

// readNamespace stands for a reader who sees that a namespace is there already.
const readNamespace = `kubectl() {
	if [[ "$1 $2" == "create namespace" ]] && command kubectl get namespace "$3" >/dev/null 2>&1; then return; fi
	command kubectl "$@"
}`

// shell is where readers copy commands to.
type shell struct {
	// dir looks like a checkout, with a .local of its own.
	dir string
	// environment is added to that of the test.
	environment []string
	// input is what the person types.
	input string
}

// newShell returns a shell with the tools that the pages use.
func newShell(t testing.TB, kubeconfig string, environment ...string) *shell {
	t.Helper()
	debian.Ensure(t, debian.Need{
		What: "what the commands of the documentation use", Packages: []string{"curl", "jq", "openssl", "argon2", "apache2-utils"},
		Programs: []string{"curl", "jq", "openssl", "argon2", "htpasswd"},
	})
	s := &shell{dir: t.TempDir()}
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if err := os.Symlink(filepath.Join(root(t), entry.Name()), filepath.Join(s.dir, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(s.dir, ".local"), 0o700); err != nil {
		t.Fatal(err)
	}
	localkube, err := devenv.LocalkubeBinary(t.Context(), root(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(localkube, filepath.Join(s.dir, "kubectl")); err != nil {
		t.Fatal(err)
	}
	s.environment = append([]string{"KUBECONFIG=" + kubeconfig}, environment...)
	return s
}

// run copies blocks into the shell, which ends at the first command that fails, and
// returns what they printed.
func (s *shell) run(t testing.TB, list ...Block) string {
	t.Helper()
	script := []string{"set -euo pipefail", `PATH="$PWD:$PATH"`, readNamespace}
	for _, b := range list {
		script = append(script, "echo "+quote("### "+b.name()), b.Text)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", strings.Join(script, "\n"))
	command.Dir = s.dir
	command.Env = append(command.Environ(), s.environment...)
	command.WaitDelay = time.Second
	command.Stdin = strings.NewReader(s.input)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	return string(output)
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
