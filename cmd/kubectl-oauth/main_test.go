package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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
		"no command":                   {nil, "name a command"},
		"an unknown command":           {[]string{"stats"}, `"stats"`},
		"an unknown flag":              {[]string{"--nonsense"}, "--nonsense"},
		"a line break":                 {[]string{"a\nb"}, "unknown command"},
		"no kubeconfig":                {[]string{"status", "--kubeconfig", "/does/not/exist"}, "/does/not/exist"},
		"an empty kubeconfig":          {[]string{"status"}, "set KUBECONFIG or --kubeconfig"},
		"status: two names":            {[]string{"status", "a", "b"}, `"b"`},
		"status: a name, all":          {[]string{"status", "a", "-A"}, "--all-namespaces"},
		"explain: nothing":             {[]string{"explain"}, "name an OAuthClient, or a file"},
		"explain: both":                {[]string{"explain", "a", "-f", "b"}, "name an OAuthClient, or a file"},
		"token: no name":               {[]string{"token"}, "name an OAuthClient"},
		"token: a request alone":       {[]string{"token", "a", "--request", "GET https://a.example"}, "--request needs --dpop"},
		"token: no URL":                {[]string{"token", "a", "--dpop", "--request", "GET"}, "not a method and a URL"},
		"token: no method":             {[]string{"token", "a", "--dpop", "--request", "get https://a.example"}, "does not begin with one of GET"},
		"check: nothing":               {[]string{"check"}, "name an OAuthServer or an issuer URL"},
		"check: no such CA":            {[]string{"check", "https://id.example", "--ca-file", "/does/not/exist"}, "--ca-file"},
		"check: an address":            {[]string{"check", "https://id.example", "--connect-to", "here"}, "--connect-to"},
		"login: no issuer":             {[]string{"login", "--client-id=x"}, "--issuer and --client-id are required"},
		"login: plain http":            {[]string{"login", "--client-id=x", "--issuer=http://id.example"}, "neither an https URL"},
		"login: another token":         {[]string{"login", "--client-id=x", "--issuer=https://id.example", "--print=all"}, `"all"`},
		"kubeconfig: nothing":          {[]string{"kubeconfig"}, "--issuer and --client-id"},
		"get: nothing":                 {[]string{"get"}, "say what to show: grants, logins, consents, approvals"},
		"get: something else":          {[]string{"get", "marks"}, `"marks" is none of grants`},
		"get: two names":               {[]string{"get", "grants", "a", "b"}, `"b"`},
		"get: a format":                {[]string{"get", "grants", "-o", "xml"}, `"xml"`},
		"get: Logins of a client":      {[]string{"get", "logins", "--client", "a"}, "a Login belongs to no client"},
		"get: an empty user":           {[]string{"get", "grants", "--user="}, "--user has no value"},
		"get: an empty client":         {[]string{"get", "grants", "--client", ""}, "--client has no value"},
		"get: a name, and a user":      {[]string{"get", "grants", "a", "--user", "b"}, "leave out --user"},
		"revoke: nothing":              {[]string{"revoke"}, "--user, --client or --grant"},
		"revoke: an empty user":        {[]string{"revoke", "--user", "", "--client", "a"}, "--user has no value"},
		"revoke: an empty client":      {[]string{"revoke", "--user", "a", "--client="}, "--client has no value"},
		"revoke: an empty Grant":       {[]string{"revoke", "--grant="}, "--grant has no value"},
		"revoke: one empty Grant":      {[]string{"revoke", "--grant=a,,b"}, "--grant has an empty name"},
		"revoke: a Grant, and more":    {[]string{"revoke", "--grant", "a", "--user", "b"}, "leave out --user"},
		"revoke: a Grant, everywhere":  {[]string{"revoke", "--grant", "a", "-A"}, "leave out --user"},
		"revoke: an argument":          {[]string{"revoke", "a"}, `"a"`},
		"rotate: nothing":              {[]string{"rotate"}, "rotate client or rotate keys"},
		"rotate: something else":       {[]string{"rotate", "secret"}, `"secret"`},
		"rotate: no client":            {[]string{"rotate", "client"}, "name an OAuthClient"},
		"rotate: no server":            {[]string{"rotate", "keys"}, "name an OAuthServer"},
		"rotate: no time":              {[]string{"rotate", "keys", "a", "--wait", "--timeout", "0s"}, "--timeout"},
		"create: nothing":              {[]string{"create"}, "create client NAME"},
		"create: something else":       {[]string{"create", "server"}, `"server"`},
		"create: no name":              {[]string{"create", "client"}, "name an OAuthClient"},
		"create: no good name":         {[]string{"create", "client", "We\x1b[31mb", "--redirect", "https://a.example/"}, `\x1b[31mb" is not a valid object name`},
		"create: no redirect URI":      {[]string{"create", "client", "a"}, "needs --redirect, or --for"},
		"create: no path":              {[]string{"create", "client", "a", "--for", "deployment/a"}, "--for needs --redirect-path"},
		"create: a path alone":         {[]string{"create", "client", "a", "--redirect-path", "/a"}, "--redirect-path needs --for"},
		"create: a grant":              {[]string{"create", "client", "a", "--grant", "password"}, `"password"`},
		"create: public, and a secret": {[]string{"create", "client", "a", "--public", "--grant", "client_credentials"}, "the grant client_credentials needs them"},
		"create: both":                 {[]string{"create", "client", "a", "--public", "--service-account", "b", "--redirect", "c"}, "leave out --service-account"},
		"create: a useless redirect":   {[]string{"create", "client", "a", "--grant", "client_credentials", "--redirect", "c"}, "--redirect is for"},
		"create: apply to nothing":     {[]string{"create", "client", "a", "--redirect", "https://a.example/", "--apply"}, "set KUBECONFIG or --kubeconfig"},
		"policy: nothing":              {[]string{"policy"}, "policy test"},
		"policy: something else":       {[]string{"policy", "apply"}, `"apply"`},
		"policy: no file":              {[]string{"policy", "test"}, "name a file with -f"},
		"import: no such file":         {[]string{"import", "/does/not/exist"}, "/does/not/exist"},
		"version: an argument":         {[]string{"version", "now"}, `"now"`},
		"version: a format":            {[]string{"version", "-o", "yaml"}, `"yaml" is not text or json`},
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
	for _, name := range []string{"status", "explain", "token", "decode", "login", "kubeconfig", "check", "get", "revoke", "rotate", "create", "policy", "import", "version", "completion"} {
		if code != 0 || !strings.Contains(stdout, "\n  "+name+" ") {
			t.Errorf("no %s, exit code %d:\n%s", name, code, stdout)
		}
	}
}

// TestWhatIsCompleted: the last line says that the shell offers no files.
func TestWhatIsCompleted(t *testing.T) {
	for wanted, args := range map[string][]string{
		"status\t":        {"sta"},
		"id-token\n":      {"login", "--print", ""},
		"consents\n":      {"get", ""},
		"wide\n":          {"get", "grants", "-o", ""},
		"refresh_token\n": {"create", "client", "a", "--grant", ""},
	} {
		if code, stdout, _ := run(t, append([]string{"__complete"}, args...)...); code != 0 || !strings.Contains(stdout, wanted) || !strings.HasSuffix(stdout, ":4\n") {
			t.Errorf("%v: exit code %d, %q", args, code, stdout)
		}
	}
}

const dex = "staticClients:\n- {id: web, name: Web, secret: 0123456789abcdef0123456789abcdef, redirectURIs: [https://web.example/callback]}\n"

// TestImport: as grantor import.
func TestImport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dex.yaml")
	if err := os.WriteFile(file, []byte(dex), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t, "import", file, "-n", "shop")
	if code != 0 || !strings.Contains(stdout, "kind: OAuthClient") || !strings.Contains(stdout, "namespace: shop") || !strings.Contains(stderr, "to do: ") {
		t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
	}
	if strings.Contains(stderr, "0123456789abcdef") {
		t.Errorf("standard error has the secret:\n%s", stderr)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(dex, "0123456789abcdef0123456789abcdef", "short", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := run(t, "import", file, "--strict"); code != 1 || stdout != "" || !strings.Contains(stderr, "--strict: nothing is written") {
		t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
	}
}

// TestCreateWithoutACluster: the manifest says that nobody checked it.
func TestCreateWithoutACluster(t *testing.T) {
	code, stdout, stderr := run(t, "create", "client", "web", "--redirect", "https://shop.example/callback", "--scope", "openid,groups", "-n", "shop")
	want := `# Not checked: there is no kubeconfig.
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata:
  name: web
  namespace: shop
spec:
  redirectURIs:
  - https://shop.example/callback
  scopes:
  - openid
  - groups
`
	if code != 0 || stderr != "" || stdout != want {
		t.Errorf("exit code %d, %q:\n%s", code, stderr, stdout)
	}
}
