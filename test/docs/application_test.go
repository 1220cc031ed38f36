package docs

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestApplication signs alice in to the application of docs/guides/sign-in.md.
func TestApplication(t *testing.T) {
	const address = "127.0.0.1:5556"
	const application = "http://" + address
	if err := portIsFree(address); err != nil {
		t.Fatal(err)
	}
	g := shared.Grantor(t)
	shell := newShell(t, g.Kube.Kubeconfig, "ISSUER="+g.Issuer)
	shell.run(t, here(Blocks(t, "docs/guides/sign-in.md"))[0], Block{Text: "go build -o webapp ./docs/examples/webapp"})

	command := exec.CommandContext(t.Context(), filepath.Join(shell.dir, "webapp"), "-secret", filepath.Join(shell.dir, ".local", "oauth"))
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _ = command.Wait(); t.Failed() {
			t.Logf("the application said:\n%s", &said)
		}
	})

	installation.Eventually(t, time.Minute, func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, application, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			return false
		}
		return response.Body.Close() == nil
	}, func() string { return "the application does not answer" })

	visitor := installation.NewVisitor(nil, g.Issuer, application)
	view := visitor.Get(t, application+"/login")
	view = visitor.Decide(t, visitor.SignIn(t, view, "alice", "alice-password"), "allow")
	if !strings.Contains(view.Body, "alice@example.com") {
		t.Errorf("the application shows, at %s:\n%s", view.URL, view.Body)
	}
}

// portIsFree returns an error that says what to do if something listens at an address
// that a page names, and which therefore cannot be another one.
func portIsFree(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("the documentation uses port %s, which is taken; end what listens there and run the test again: %w", address, err)
	}
	return listener.Close()
}

func TestPortThatIsTakenIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := portIsFree(address); err == nil || !strings.Contains(err.Error(), "port "+address+", which is taken") {
		t.Errorf("while something listens: %v", err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := portIsFree(address); err != nil {
		t.Errorf("while nothing listens: %v", err)
	}
}
