package main

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
)

// asProgram makes the test binary be grantor, so that the tests run the program
// without building it once more.
const asProgram = "GRANTOR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// run runs grantor, without a cluster around it.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = []string{asProgram + "=1", "HOME=" + t.TempDir()}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("grantor %v still runs; stderr:\n%s", args, errs.String())
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// kubeconfig is one of a cluster that nobody reaches.
func kubeconfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	content := `{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{"name":"k","cluster":{"server":"http://127.0.0.1:1"}}],"contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],"users":[{"name":"u","user":{}}]}`
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantUsage runs grantor and wants exit code 2 and one line that says something.
func wantUsage(t *testing.T, says string, args ...string) {
	t.Helper()
	code, stdout, stderr := run(t, args...)
	if code != 2 {
		t.Errorf("exit code %d, wanted 2", code)
	}
	if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "grantor: ") || !strings.HasSuffix(stderr, "\n") {
		t.Errorf("wanted one line, got:\n%s", stderr)
	}
	if !strings.Contains(stderr, says) {
		t.Errorf("wanted %q, got: %s", says, stderr)
	}
	if stdout != "" {
		t.Errorf("on stdout: %s", stdout)
	}
}
