package integration

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestCheck runs what helm test runs in a pod.
func TestCheck(t *testing.T) {
	g := grantor(t)
	mounted := g.Secret(t, g.Create(t, installation.Service(namespace(t), "checked"))).Data
	dir := t.TempDir()
	for name, value := range mounted {
		if err := os.WriteFile(filepath.Join(dir, name), value, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wrong := t.TempDir()
	if err := os.CopyFS(wrong, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(wrong, "client_secret"), []byte("not-the-secret-of-this-client-at-all"), 0o600); err != nil {
		t.Fatal(err)
	}
	ca := generated(t)
	https := secure(t, ca)
	for name, test := range map[string]struct {
		args []string
		// says is on standard output where it works, else on standard error.
		works bool
		says  string
	}{
		"the issuer's own address": {[]string{"--client-secret-dir=" + dir}, true, "introspection: the token is active"},
		"another replica":          {[]string{"--client-secret-dir=" + dir, "--connect-to=" + g.Servers[len(g.Servers)-1].Options().URL}, true, "signed with key"},
		"https with our authority": {[]string{"--client-secret-dir=" + dir, "--connect-to=" + https.Options().URL, "--ca-file=" + ca.CAFile}, true, "signed with key"},
		"https without it":         {[]string{"--client-secret-dir=" + dir, "--connect-to=" + https.Options().URL, "--ca-file=/does/not/exist", "--timeout=1s"}, false, "certificate"},
		"another secret":           {[]string{"--client-secret-dir=" + wrong, "--timeout=1s"}, false, "invalid_client"},
		"nothing there":            {[]string{"--client-secret-dir=" + dir, "--connect-to=http://127.0.0.1:1", "--timeout=1s"}, false, "discovery"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			command := exec.Command(g.Servers[0].Options().Binary, append([]string{"check"}, test.args...)...)
			command.Stdout, command.Stderr = &out, &errs
			err := command.Run()
			if (err == nil) != test.works {
				t.Errorf("it ends with %v", err)
			}
			if said := map[bool]string{true: out.String(), false: errs.String()}[test.works]; !strings.Contains(said, test.says) {
				t.Errorf("no %q in %q", test.says, said)
			}
			if strings.Contains(out.String()+errs.String(), string(mounted["client_secret"])) {
				t.Error("it tells the client secret")
			}
		})
	}
}
