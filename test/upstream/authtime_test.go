package upstream

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// idClaims returns the claims of an ID token.
func idClaims(t testing.TB, tokens map[string]any) map[string]any {
	t.Helper()
	parts := strings.Split(text(tokens, "id_token"), ".")
	if len(parts) != 3 {
		t.Fatalf("no ID token: %v", tokens)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	out := map[string]any{}
	if err != nil || json.Unmarshal(payload, &out) != nil {
		t.Fatalf("an ID token that cannot be read: %v", err)
	}
	return out
}

// TestWhenAUserSignedInThere: applications are told when a user signed in at the provider, and not
// when the user came back from it.
func TestWhenAUserSignedInThere(t *testing.T) {
	s := newScene(t, "longago")
	s.provider.SetUser("7", claims("ada"))
	silent := func(v *installation.Visitor) installation.View {
		to, _ := s.app.AuthorizationURL(url.Values{"max_age": {"3600"}, "prompt": {"none"}})
		return v.Get(t, to)
	}
	there := time.Now().Add(-2 * time.Hour).Unix()
	for sentence, test := range map[string]struct {
		lie  func(map[string]any)
		told any
	}{
		"two hours ago":             {func(c map[string]any) { c["auth_time"] = there }, float64(there)},
		"the provider says no time": {func(c map[string]any) { delete(c, "auth_time") }, nil},
	} {
		s.provider.Lie(test.lie)
		v := s.Visitor()
		if told := idClaims(t, s.tokens(t, v, "7", nil))["auth_time"]; told != test.told {
			t.Errorf("%s: auth_time is %v", sentence, told)
		}
		if view := silent(v); view.Param("error") != "login_required" {
			t.Errorf("%s: with max_age=3600: %v %s", sentence, view.Elsewhere, view.Body)
		}
	}
	s.provider.Lie(func(map[string]any) {})
	v := s.Visitor()
	s.tokens(t, v, "7", nil)
	if view := silent(v); view.Param("error") == "login_required" {
		t.Errorf("just now: with max_age=3600: %v %s", view.Elsewhere, view.Body)
	}
}
