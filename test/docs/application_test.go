package docs

import (
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
	g := shared.Grantor(t)
	shell := newShell(t, g.Kube.Kubeconfig, "ISSUER="+g.Issuer)
	shell.run(t, here(Blocks(t, "docs/guides/sign-in.md"))[0], Block{Text: "go build -o webapp ./docs/examples/webapp"})

	command := exec.CommandContext(t.Context(), filepath.Join(shell.dir, "webapp"), "-secret", filepath.Join(shell.dir, ".local", "oauth"))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() })

	const application = "http://127.0.0.1:5556"
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
