package people

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// audited returns what all replicas logged as decisions about an application, in
// short.
func audited(t *testing.T, app installation.App) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(grantor(t).Dir, "server-*.log"))
	if err != nil || len(files) == 0 {
		t.Fatalf("logs: %v, %v", files, err)
	}
	var out []string
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) != nil || line["msg"] != "audit" || line["client_id"] != app.ID && line["claimed_client_id"] != app.ID {
				continue
			}
			short := line["decision"].(string) + " " + line["outcome"].(string)
			for _, field := range []string{"reason", "cause", "grant_type"} {
				if value, ok := line[field].(string); ok {
					short += " " + value
				}
			}
			if subject, _ := line["subject"].(string); strings.HasPrefix(subject, "local:") {
				short += " by a person"
			}
			if audiences, _ := line["audiences"].([]any); len(audiences) > 0 {
				short += fmt.Sprintf(" for %s", audiences...)
			}
			if line["offline"] == true {
				short += " offline"
			}
			if address, _ := line["address"].(string); address == "" || line["request_id"] == "" {
				t.Errorf("a line does not say where from: %s", lines.Text())
			}
			// A busy machine turns away who gives a password, who then tries again.
			if short != "login refused temporarily_unavailable" {
				out = append(out, short)
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestEachDecisionIsAudited(t *testing.T) {
	t.Parallel()
	app, v := newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = []oauthv1alpha1.Audience{payroll} }), visitor(t)
	to, verifier := app.AuthorizationURL(url.Values{"scope": {"openid offline_access"}, "resource": {payroll}})
	view := v.SignIn(t, v.Get(t, to), "alice", "not alice-password")
	view = v.SignIn(t, view, "alice", "alice-password")
	view = v.Decide(t, view, "allow")
	wrong := app
	wrong.Secret = "not-" + app.Secret
	wrong.Redeem(t, view.Param("code"), verifier, nil)
	wrong.Post(t, "/introspect", url.Values{"token": {"x"}})
	first, _ := app.Redeem(t, view.Param("code"), verifier, nil).JSON["refresh_token"].(string)
	app.Redeem(t, view.Param("code"), "a-verifier-that-is-long-enough-to-be-one-0000000", nil)
	second, _ := app.Refresh(t, first, nil).JSON["refresh_token"].(string)
	app.Post(t, "/revoke", url.Values{"token": {second}})
	app.Refresh(t, second, nil)
	denied, _ := app.AuthorizationURL(url.Values{"prompt": {"consent"}})
	v.Decide(t, v.Get(t, denied), "deny")

	want := []string{
		"login refused wrong_credentials",
		"login granted by a person",
		"consent granted by a person for " + payroll + " offline",
		"code granted by a person",
		"token refused invalid_client wrong_secret authorization_code",
		"authentication refused invalid_client wrong_secret",
		"token granted authorization_code by a person",
		"token refused invalid_grant authorization_code",
		"token granted refresh_token by a person",
		"revocation granted",
		"token refused invalid_grant refresh_token",
		"consent refused access_denied by a person",
		"code refused access_denied by a person",
	}
	// A line is written a moment after the answer.
	var got []string
	installation.Eventually(t, 5*time.Second, func() bool {
		got = audited(t, app)
		return slices.Equal(got, want)
	}, func() string {
		return "log that says\n  " + strings.Join(want, "\n  ") + "\nit says\n  " + strings.Join(got, "\n  ")
	})
}
