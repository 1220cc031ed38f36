//go:build mutations

package protocol

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// mutations are changes of the code after which the tests of this package must fail.
var mutations = map[string]struct{ file, from, to string }{
	"a redemption that finds its own Grant is not recognised": {
		"server/storage/grants/store.go", "case bytes.Equal(stored.attempt, g.attempt):\n\t\treturn nil", "case bytes.Equal(stored.attempt, g.attempt):\n\t\treturn ErrLost",
	},
	"a Grant that exists counts as created": {
		"server/storage/grants/store.go", "err = s.mine(ctx, g); errors.Is(err, ErrLost) || errors.Is(err, ErrGone)", "err = s.mine(ctx, g); errors.Is(err, ErrLost) {\n\t\t\t\treturn nil\n\t\t\t}\n\t\t\tif errors.Is(err, ErrGone)",
	},
	"an update replaces what it has not read": {
		"server/storage/sealed.go", "object.SetResourceVersion(m.Version)", "object.SetResourceVersion(\"\")",
	},
	"a lost race counts as a theft": {
		"server/token/refresh_token.go", "case g.Generation == next.Generation && time.Since(read)", "case g.Generation == next.Generation+1 && time.Since(read)",
	},
	"a lost race with a revocation counts as won": {
		"server/token/refresh_token.go", "case g.Revoked:\n\t\treturn errRefreshToken", "case g.Revoked:\n\t\treturn nil",
	},
	"a code that was used is refused and its Grant goes on": {
		"server/token/authorization_code.go", "return a.end(ctx, code, errCode)", "return errCode",
	},
	"another code of a pushed request ends the session": {
		"server/storage/grants/store.go", "return err != nil || g.redeemed == nil || bytes.Equal(g.redeemed, code.digest)", "return err != nil || g != nil",
	},
	"a code of a pushed request is refused and its Grant goes on": {
		"server/storage/grants/store.go", "return err != nil || g.redeemed == nil || bytes.Equal(g.redeemed, code.digest)", "return err != nil || g.redeemed == nil",
	},
	"a stolen refresh token is refused and its Grant goes on": {
		"server/token/refresh_token.go", "return nil, nil, endGrant(ctx, f.Verifier, g.Name, errRefreshToken)", "return nil, nil, errRefreshToken",
	},
	"a revocation gives up when it meets another write": {
		"server/storage/kind.go", "!errors.Is(err, ErrConflict) {\n\t\t\tbreak", "true {\n\t\t\tif errors.Is(err, ErrConflict) {\n\t\t\t\terr = nil\n\t\t\t}\n\t\t\tbreak",
	},
	"a refresh token counts two generations later": {
		"server/storage/grants/grant.go", "case generation == g.Generation-1 &&", "case generation >= g.Generation-2 &&",
	},
	"a refresh token is refused as soon as it was used": {
		"server/storage/grants/grant.go", "case generation == g.Generation-1 &&", "case generation == g.Generation-1 && false &&",
	},
	"a revoked Grant refreshes": {
		"server/token/refresh_token.go", "|| g.Revoked || !f.Now()", "|| !f.Now()",
	},
	"each refresh makes a token of its own": {
		"server/storage/grants/grant.go", "next.Generation++", "next.Generation++\n\tnext.nonce = random()",
	},
	"an update whose answer was lost is a lost race": {
		"server/storage/grants/store.go", "if err == nil || errors.Is(err, ErrLost) {\n\t\t\treturn err", "if err != nil {\n\t\t\terr = ErrLost\n\t\t}\n\t\tif err == nil || errors.Is(err, ErrLost) {\n\t\t\treturn err",
	},
}

func TestMutationsAreFound(t *testing.T) {
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range mutations {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			original := filepath.Join(root, m.file)
			text, err := os.ReadFile(original)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Count(string(text), m.from) != 1 {
				t.Fatalf("%s does not have %q once", m.file, m.from)
			}
			changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
			write(t, changed, []byte(strings.Replace(string(text), m.from, m.to, 1)))
			encoded, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
			if err != nil {
				t.Fatal(err)
			}
			write(t, overlay, encoded)
			command := exec.Command("go", "test", "-count=1", "-overlay", overlay, "./test/protocol")
			command.Dir = root
			output, err := command.CombinedOutput()
			if err == nil || !strings.Contains(string(output), "--- FAIL") {
				t.Errorf("not found: %v\n%s", err, output)
			}
		})
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
