package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// asProgram makes the test binary be kubectl-oauth.
const asProgram = "KUBECTL_OAUTH_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// run runs kubectl-oauth, without a kubeconfig.
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
		t.Fatalf("kubectl-oauth %v still runs; stderr:\n%s", args, errs.String())
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestVersion(t *testing.T) {
	code, stdout, stderr := run(t, "version")
	want := regexp.MustCompile(`^kubectl-oauth \S+\ncommit: \S+\ngo: ` + regexp.QuoteMeta(runtime.Version()) + `\nplatform: ` + runtime.GOOS + "/" + runtime.GOARCH + `\n$`)
	if code != 0 || stderr != "" || !want.MatchString(stdout) {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

func TestBadCommandLines(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no command":           {nil, "name a command"},
		"an unknown command":   {[]string{"stats"}, `"stats"`},
		"an unknown flag":      {[]string{"--nonsense"}, "--nonsense"},
		"a line break":         {[]string{"a\nb"}, "unknown command"},
		"no kubeconfig":        {[]string{"status", "--kubeconfig", "/does/not/exist"}, "/does/not/exist"},
		"an empty kubeconfig":  {[]string{"status"}, "set KUBECONFIG or --kubeconfig"},
		"status: two names":    {[]string{"status", "a", "b"}, `"b"`},
		"status: a name, all":  {[]string{"status", "a", "-A"}, "--all-namespaces"},
		"explain: nothing":     {[]string{"explain"}, "name an OAuthClient, or a file"},
		"explain: both":        {[]string{"explain", "a", "-f", "b"}, "name an OAuthClient, or a file"},
		"token: no name":       {[]string{"token"}, "name an OAuthClient"},
		"check: nothing":       {[]string{"check"}, "name an OAuthServer or an issuer URL"},
		"check: no such CA":    {[]string{"check", "https://id.example", "--ca-file", "/does/not/exist"}, "--ca-file"},
		"check: an address":    {[]string{"check", "https://id.example", "--connect-to", "here"}, "--connect-to"},
		"login: no issuer":     {[]string{"login", "--client-id=x"}, "--issuer and --client-id are required"},
		"login: plain http":    {[]string{"login", "--client-id=x", "--issuer=http://id.example"}, "neither an https URL"},
		"login: another token": {[]string{"login", "--client-id=x", "--issuer=https://id.example", "--print=all"}, `"all"`},
		"kubeconfig: nothing":  {[]string{"kubeconfig"}, "--issuer and --client-id"},
		"version: an argument": {[]string{"version", "now"}, `"now"`},
		"version: a format":    {[]string{"version", "-o", "yaml"}, `"yaml" is not text or json`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, test.args...)
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "kubectl oauth: ") || !strings.Contains(stderr, test.says) {
				t.Errorf("wanted one line with %q, got:\n%s", test.says, stderr)
			}
		})
	}
}

func TestHelpListsTheCommands(t *testing.T) {
	code, stdout, _ := run(t, "--help")
	for _, name := range []string{"status", "explain", "token", "decode", "login", "kubeconfig", "check", "version", "completion"} {
		if code != 0 || !strings.Contains(stdout, "\n  "+name+" ") {
			t.Errorf("no %s, exit code %d:\n%s", name, code, stdout)
		}
	}
}

// TestWhatIsCompleted: the last line says that the shell offers no files.
func TestWhatIsCompleted(t *testing.T) {
	for wanted, args := range map[string][]string{
		"status\t":   {"sta"},
		"id-token\n": {"login", "--print", ""},
	} {
		if code, stdout, _ := run(t, append([]string{"__complete"}, args...)...); code != 0 || !strings.Contains(stdout, wanted) || !strings.HasSuffix(stdout, ":4\n") {
			t.Errorf("%v: exit code %d, %q", args, code, stdout)
		}
	}
}
