package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// ensureNode installs Node.js where it is missing and Debian's packages can be
// installed, and fails the test elsewhere.
func ensureNode(t *testing.T) {
	t.Helper()
	missing := func() error {
		_, node := exec.LookPath("node")
		_, npm := exec.LookPath("npm")
		return errors.Join(node, npm)
	}
	if missing() == nil {
		return
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		t.Fatalf("this test needs Node.js; install the packages nodejs and npm: %v", missing())
	}
	_, _ = os.Stderr.WriteString("installing Node.js with apt-get for test/integration (nodejs, npm)\n")
	for _, arguments := range [][]string{{"update"}, {"install", "--yes", "--no-install-recommends", "nodejs", "npm"}} {
		run(t, "", nil, append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get"}, arguments...)...)
	}
	if err := missing(); err != nil {
		t.Fatal(err)
	}
}

// run runs a program and returns its standard output.
func run(t *testing.T, dir string, input []byte, command ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
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

// installed returns a directory with the script and the packages of its lock file,
// which are installed again only when that has changed.
func installed(t *testing.T) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	source, target := filepath.Join(root, "test", "integration", "openid-client"), filepath.Join(root, ".local", "openid-client")
	unlock, err := devenv.LockFile(t.Context(), target+".lock", 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	lock, err := os.ReadFile(filepath.Join(source, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(target, "installed-lock.json")
	present, _ := os.ReadFile(done)
	for _, name := range []string{"package.json", "package-lock.json", "grantor.mjs"} {
		copied(t, filepath.Join(source, name), filepath.Join(target, name))
	}
	if !bytes.Equal(present, lock) {
		_ = os.Remove(done)
		run(t, target, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		if err := devenv.WriteFile(done, lock, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return target
}

// The library that most applications for Node.js use works without special cases.
func TestOpenIDClientForNode(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ensureNode(t)
	type account struct {
		ID     string `json:"id"`
		Secret string `json:"secret"`
		Method string `json:"method"`
	}
	input := struct {
		Issuer  string    `json:"issuer"`
		Clients []account `json:"clients"`
	}{Issuer: g.Issuer}
	for _, way := range []oauthv1alpha1.AuthenticationMethod{oauthv1alpha1.AuthenticationBasic, oauthv1alpha1.AuthenticationPost} {
		for _, format := range formats() {
			p := newParty(t, authenticatingBy(way), format)
			input.Clients = append(input.Clients, account{p.ID, p.Secret, string(way)})
		}
	}
	text, _ := json.Marshal(input)
	var results []struct {
		ID, Method, Algorithm, Error, Issuer, Type, Scope string
		Lifetime                                          float64
		Before, After                                     map[string]any
	}
	if err := json.Unmarshal(run(t, installed(t), text, "node", "grantor.mjs"), &results); err != nil {
		t.Fatal(err)
	}
	if len(results) != 2*len(input.Clients) {
		t.Fatalf("%d results for %d clients", len(results), len(input.Clients))
	}
	for _, r := range results {
		if r.Issuer != g.Issuer || r.Type != "bearer" || r.Scope != "read" || r.Lifetime < 890 || r.Lifetime > 900 || r.Error != "invalid_scope" {
			t.Errorf("%s with %s got %+v", r.Method, r.Algorithm, r)
		}
		if r.Before["active"] != true || r.Before["client_id"] != r.ID || r.After["active"] != false {
			t.Errorf("%s with %s: introspection said %v, and after revocation %v", r.Method, r.Algorithm, r.Before, r.After)
		}
	}
}
