package kubectl

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// bound is how long a command may take.
const bound = 2 * time.Minute

var program = sync.OnceValues(func() (string, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	return devenv.PluginBinary(ctx, root)
})

// result is what a command did.
type result struct {
	code           int
	stdout, stderr string
}

// command returns kubectl-oauth as the caller of a kubeconfig, with a home of its own.
func command(t *testing.T, kubeconfig string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), bound)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "KUBECONFIG=" + kubeconfig, "PATH=" + os.Getenv("PATH"), "GOGC=" + os.Getenv("GOGC")}
	cmd.WaitDelay = time.Second
	return cmd
}

// finish runs a command to its end.
func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// oauth runs kubectl-oauth as the administrator.
func oauth(t *testing.T, args ...string) result {
	t.Helper()
	return finish(t, command(t, shared.Grantor(t).Kube.Kubeconfig, args...))
}

// want fails unless the command ended with a code, wrote the texts to standard output, and
// at most one line to standard error.
func (r result) want(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.code != code || strings.Count(r.stderr, "\n") > 1 || (code == 0) != (r.stderr == "") {
		t.Errorf("exit code %d, wanted %d, stderr:\n%s", r.code, code, r.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(r.stdout, text) {
			t.Errorf("no %q in:\n%s%s", text, r.stdout, r.stderr)
		}
	}
}

// fails wants an exit code of 1 and a text in the one line of standard error.
func (r result) fails(t *testing.T, text string) {
	t.Helper()
	r.want(t, 1)
	if !strings.Contains(r.stderr, text) {
		t.Errorf("no %q in:\n%s", text, r.stderr)
	}
}
