package applications

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// notListed are packages that only serve the applications here.
var notListed = map[string]bool{
	"@hono/node-server": true, "hono": true, "express": true, "express-session": true, "fastify": true, "passport": true,
	"golang.org/x/oauth2": true, // in the row of go-oidc
}

// pinned returns the libraries and applications that the lock files name, with their
// versions.
func pinned(t *testing.T, dir string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "nodejs", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Dependencies map[string]string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	out := maps.Clone(manifest.Dependencies)
	if text, err = os.ReadFile(filepath.Join(dir, "golang", "go.mod")); err != nil {
		t.Fatal(err)
	}
	tool := regexp.MustCompile(`(?m)^\t(\S+)$`).FindAllStringSubmatch(string(text), -1)
	for _, line := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)( // indirect)?$`).FindAllStringSubmatch(string(text), -1) {
		named := line[3] == ""
		for _, program := range tool {
			named = named || program[1] == line[1]
		}
		if named {
			out[line[1]] = line[2]
		}
	}
	return out
}

// TestTheGuideListsWhatWasTried: each is in a row of the guide with its version.
func TestTheGuideListsWhatWasTried(t *testing.T) {
	t.Parallel()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "docs", "guides", "applications.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, version := range pinned(t, filepath.Join(root, "test", "applications")) {
		row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(versionless.ReplaceAllString(name, "")) + `( [^|]*)?\| ` + regexp.QuoteMeta(version) + ` \|`)
		if !notListed[name] && !row.Match(guide) {
			t.Errorf("the guide has no row for %s %s", name, version)
		}
	}
	if rows := strings.Count(string(guide), "| Node.js |") + strings.Count(string(guide), "| Go |"); rows < 14 {
		t.Errorf("the guide has only %d rows", rows)
	}
}

// versionless is what the names of Go modules end with.
var versionless = regexp.MustCompile(`/v[0-9]+$`)
