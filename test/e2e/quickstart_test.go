//go:build e2e

package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/docs"
)

// copied are the sections of the quickstart that users with a cluster copy.
var copied = []string{"On kind, k3d or another cluster", "Your first client", "Get a token by hand", "Check a token in a service"}

// loopback is where kubectl port-forward listens.
const loopback = "http://localhost:8080"

// quickstart copies the commands for a cluster that is there. The image is there, too:
// it was built from the same Dockerfile, by another program than docker.
func (s *story) quickstart(t *testing.T) {
	if err := s.inNode(t.Context(), "images", "tag", firstImage, "docker.io/library/grantor:try"); err != nil {
		t.Fatal(err)
	}
	s.kubectl(t, "delete", "namespace", "shop", "--ignore-not-found", "--timeout=1m")
	script := []string{"set -euo pipefail", `PATH="` + s.tools(t) + `:$PATH"`, "ISSUER=" + loopback}
	for _, section := range copied {
		for _, block := range docs.Blocks(t, "docs/quickstart.md") {
			switch {
			case block.Section != section:
			case strings.HasPrefix(block.Text, "kubectl port-forward"):
				script = append(script, block.Text+" >/dev/null 2>&1 &", "forward=$!", `trap 'kill "$forward"' EXIT`,
					"curl -s -o /dev/null --retry 60 --retry-delay 1 --retry-connrefused "+loopback)
			default:
				script = append(script, block.Text)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*stepBound)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", strings.Join(script, "\n"))
	command.Dir, command.Env = s.root, append(command.Environ(), "KUBECONFIG="+filepath.Join(s.dir, "kubeconfig"))
	command.WaitDelay = time.Second
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), `"active":true`) {
		t.Errorf("%v\n%s", err, output)
	}
}

// tools returns a folder with what the commands call.
func (s *story) tools(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, script := range map[string]string{
		"docker": "exit 0", "kind": "exit 0",
		"kubectl": `exec "` + s.kubectlPath + `" kubectl "$@"`, "helm": `exec "` + s.helmPath + `" "$@"`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
