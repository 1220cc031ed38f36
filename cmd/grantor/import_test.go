package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const dexConfig = `
staticClients:
- id: grantor-system.wiki
  name: Wiki
  secret: rG7wQ2mZ8xK4vB6nT1yH9sD3fL5jP0cA
  redirectURIs: [https://wiki.example.com/oauth2/callback]
`

// importing runs the command in this process.
func importing(t *testing.T, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := root()
	var out, errs bytes.Buffer
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SetArgs(append([]string{"import"}, args...))
	err = cmd.ExecuteContext(t.Context())
	return out.String(), errs.String(), err
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "input.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportReadsFilesAndStandardInput(t *testing.T) {
	lossy := strings.ReplaceAll(dexConfig, "rG7wQ2mZ8xK4vB6nT1yH9sD3fL5jP0cA", "short")
	for name, test := range map[string]struct {
		stdin         string
		args          []string
		out, err      []string
		says, neither string
	}{
		"standard input":    {stdin: dexConfig, out: []string{"kind: Secret", "---", "kind: OAuthClient", "namespace: default"}, neither: "lost: "},
		"a dash":            {stdin: dexConfig, args: []string{"-"}, out: []string{"kind: OAuthClient"}},
		"a file":            {args: []string{file(t, dexConfig)}, out: []string{"kind: OAuthClient"}},
		"a namespace":       {stdin: dexConfig, args: []string{"-n", "grantor-system"}, out: []string{"namespace: grantor-system"}, neither: "OAuthClientPolicy"},
		"something is lost": {stdin: lossy, out: []string{"kind: OAuthClient"}, err: []string{"lost: client grantor-system.wiki of Dex: its client secret is not kept"}},
		"strict":            {stdin: lossy, args: []string{"--strict"}, err: []string{"lost: "}, says: "nothing is written", neither: "kind:"},
		"strict and whole":  {stdin: dexConfig, args: []string{"--strict"}, out: []string{"kind: OAuthClient"}},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, err := importing(t, test.stdin, test.args...)
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, wanted %q", err, test.says)
			}
			for _, text := range test.out {
				if !strings.Contains(stdout, text) {
					t.Errorf("no %q on standard output:\n%s", text, stdout)
				}
			}
			for _, text := range test.err {
				if !strings.Contains(stderr, text) {
					t.Errorf("no %q on standard error:\n%s", text, stderr)
				}
			}
			if test.neither != "" && strings.Contains(stdout+stderr, test.neither) {
				t.Errorf("%q in:\n%s%s", test.neither, stdout, stderr)
			}
		})
	}
}

func TestImportOfWrongInput(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"nothing on standard input": {nil, "neither an OAuth2Client"},
		"a file that is not there":  {[]string{"/does/not/exist"}, "/does/not/exist"},
		"a directory":               {[]string{t.TempDir()}, "is a directory"},
		"a file without clients":    {[]string{file(t, "a: b\n")}, "neither an OAuth2Client"},
		"a file that is no YAML":    {[]string{file(t, "a: [b\n")}, "document 1"},
		"an unknown flag":           {[]string{"--nonsense"}, "--nonsense"},
		"a file without end":        {[]string{"/dev/zero"}, "larger than 64 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantUsage(t, test.says, append([]string{"import"}, test.args...)...)
		})
	}
}

func TestImportHelp(t *testing.T) {
	code, stdout, stderr := run(t, "import", "--help")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "--strict") || !strings.Contains(stdout, "--server-namespace") {
		t.Errorf("exit code %d, stderr %q:\n%s", code, stderr, stdout)
	}
}
