package environment

import (
	"encoding/base64"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

func TestEnvFileIsReadByAShell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "env")
	running := Running{
		Kubeconfig:         "/home of/somebody's/kubeconfig",
		Issuer:             "http://127.0.0.1:1",
		ServerURLs:         []string{"http://127.0.0.1:1", "http://127.0.0.1:2"},
		MetricsURLs:        []string{"http://127.0.0.1:3", "http://127.0.0.1:4"},
		OperatorMetricsURL: "http://127.0.0.1:5",
	}
	if err := running.Write(path); err != nil {
		t.Fatal(err)
	}
	// Exported: a program started from the shell sees them.
	shell := exec.Command("sh", "-euc", `. "$0"; env`, path)
	shell.Env = []string{"PATH=" + os.Getenv("PATH")}
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, wanted := range []string{
		"KUBECONFIG=/home of/somebody's/kubeconfig",
		"ISSUER=http://127.0.0.1:1",
		"SERVER_URLS=http://127.0.0.1:1 http://127.0.0.1:2",
		"METRICS_URLS=http://127.0.0.1:3 http://127.0.0.1:4",
		"OPERATOR_METRICS_URL=http://127.0.0.1:5",
	} {
		if !strings.Contains(string(output), wanted+"\n") {
			t.Errorf("%s is missing in\n%s", wanted, output)
		}
	}
	if strings.Contains(string(output), "CA_FILE") {
		t.Error("CA_FILE is set without TLS")
	}
}

func TestEnvFileNamesTheCAWithTLS(t *testing.T) {
	if content := (Running{CAFile: "/ca.crt"}).envFile(); content != "CA_FILE=/ca.crt\nexport CA_FILE\n" {
		t.Errorf("got %q", content)
	}
}

func TestPortsAreRememberedWhileTheyAreToBeHad(t *testing.T) {
	layout := Layout{Root: t.TempDir()}
	m := layout.recall()
	first := mustPort(t, m, "server-0", false)
	if err := layout.remember(m); err != nil {
		t.Fatal(err)
	}
	m = layout.recall()
	if again := mustPort(t, m, "server-0", false); again != first {
		t.Errorf("port %d became %d", first, again)
	}

	listener, err := net.Listen("tcp", devenv.Loopback(first))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if again := mustPort(t, m, "server-0", true); again != first {
		t.Errorf("the port that a process of ours uses became %d", again)
	}
	if other := mustPort(t, m, "server-0", false); other == first {
		t.Error("a port that somebody else uses was chosen again")
	}
}

func mustPort(t *testing.T, m memory, use string, ours bool) int {
	t.Helper()
	port, err := m.port(use, ours)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestSpoiltMemoryIsNoMemory(t *testing.T) {
	for _, content := range []string{"", "{", "{}", `{"ports": null}`} {
		layout := Layout{Root: t.TempDir()}
		if err := devenv.WriteFile(layout.memoryFile(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if m := layout.recall(); m.Settings != Defaults() || m.Ports == nil {
			t.Errorf("%q is read as %+v", content, m)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, test := range map[string]struct {
		servers int
		good    bool
	}{
		"none": {0, false}, "negative": {-1, false}, "one": {1, true}, "three": {3, true}, "a slip": {33, false},
	} {
		if _, err := (Settings{Servers: test.servers}).checked(); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := Settings{Servers: 1, Kubeconfig: "relative"}.checked()
	if err != nil || !filepath.IsAbs(s.Kubeconfig) {
		t.Errorf("got %q, %v", s.Kubeconfig, err)
	}
}

func TestTokensSayWhenTheyExpire(t *testing.T) {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"exp": 1900000000}`))
	if got := tokenExpiry("h." + claims + ".s"); !got.Equal(time.Unix(1900000000, 0)) {
		t.Errorf("got %s", got)
	}
	for _, token := range []string{"", "opaque", "h.!.s", "h." + base64.RawURLEncoding.EncodeToString([]byte("x")) + ".s"} {
		if got := tokenExpiry(token); !got.IsZero() {
			t.Errorf("%q: got %s", token, got)
		}
	}
}

func TestPathsOfTheCheckoutAreShort(t *testing.T) {
	layout := Layout{Root: "/somewhere/grantor"}
	for path, wanted := range map[string]string{
		layout.EnvFile():           ".local/env",
		layout.Binary("grantor"):   ".local/bin/grantor",
		"/elsewhere/kubeconfig":    "/elsewhere/kubeconfig",
		"/somewhere/grantor-other": "/somewhere/grantor-other",
	} {
		if got := layout.Relative(path); got != wanted {
			t.Errorf("%s: got %s, wanted %s", path, got, wanted)
		}
	}
}
