package people

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// everyByte is a state of 512 bytes with every byte but NUL in it, twice.
func everyByte() string {
	raw := make([]byte, 0, 512)
	for range 2 {
		for b := 1; b < 256; b++ {
			raw = append(raw, byte(b))
		}
	}
	return string(append(raw, "ab"...))
}

// The state comes back byte for byte, whatever lies between.
func TestStateByteForByte(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	states := map[string]string{"512 bytes": everyByte(), "512 letters": rand.Text() + strings.Repeat("x", 512-26), "a parameter": "&code=x&iss=y#z", "percent": "%2B+%", "NUL": "a\x00b"}
	for b := 1; b < 256; b++ {
		states["the byte "+string([]byte{byte(b)})] = string([]byte{byte(b)})
	}
	for name, state := range states {
		view, _ := authorize(t, app, v, url.Values{"state": {state}})
		if got := view.Param("state"); got != state || view.Param("code") == "" {
			t.Errorf("%s comes back as %q in %v", name, got, view.Elsewhere)
		}
	}
	view, _ := authorize(t, app, v, url.Values{"state": nil})
	if answered(t, view); view.Elsewhere.Query().Has("state") {
		t.Error("a state comes back that nobody sent")
	}
	view, _ = authorize(t, app, v, url.Values{"state": {everyByte()}, "scope": {"unknown"}})
	if view.Param("state") != everyByte() || view.Param("error") != "invalid_scope" {
		t.Errorf("an error comes with the state %q", view.Param("state"))
	}
}

// The same through every page.
func TestStateThroughThePages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, decision := range []string{"allow", "deny"} {
		v := visitor(t)
		view, _ := authorize(t, app, v, url.Values{"state": {everyByte()}})
		view = v.Decide(t, v.SignIn(t, view, "alice", "alice-password"), decision)
		if view.Param("state") != everyByte() {
			t.Errorf("after %s the state is %q", decision, view.Param("state"))
		}
		if decision == "allow" {
			change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentPrompt })
			effective(t, func() bool { view, _ := authorize(t, app, v, nil); return view.Elsewhere == nil })
		}
	}
}

func TestStateTooLong(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	view, _ := authorize(t, app, visitor(t), url.Values{"state": {strings.Repeat("x", 2048)}})
	asksToSignIn(t, view)
	view, _ = authorize(t, app, visitor(t), url.Values{"state": {strings.Repeat("x", 2049)}})
	if view.Param("error") != "invalid_request" {
		t.Errorf("a state of 2049 bytes is answered %d %v", view.Status, view.Elsewhere)
	}
}
