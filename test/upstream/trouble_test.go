package upstream

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestAProviderThatIsSlow: the user gets a page in seconds, and can try again.
func TestAProviderThatIsSlow(t *testing.T) {
	s := newScene(t, "slow")
	s.provider.SetUser("7", claims("ada"))
	hold := make(chan struct{})
	s.provider.Hold(hold)
	v := s.Visitor()
	to, _ := s.app.AuthorizationURL(nil)
	request := s.leave(t, v, v.Get(t, to))
	view := v.Get(t, s.callback(s.provider.Allow(request, "7")))
	if view.Elsewhere != nil || !strings.Contains(view.Body, "cannot be reached, or answers with an error") {
		t.Errorf("%d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	close(hold)
	if view = s.agree(t, v, v.Get(t, s.callback(s.provider.Allow(s.leave(t, v, view), "7")))); view.Param("code") == "" {
		t.Errorf("another try: %d %v %s", view.Status, view.Elsewhere, view.Body)
	}
}

// TestAProviderThatIsAwayWhenAUserSignsIn: nobody is signed in, and the page says so.
func TestAProviderThatIsAwayWhenAUserSignsIn(t *testing.T) {
	s := newScene(t, "absent")
	s.provider.SetUser("7", claims("ada"))
	v := s.Visitor()
	to, _ := s.app.AuthorizationURL(nil)
	request := s.leave(t, v, v.Get(t, to))
	s.provider.SetAway(true)
	view := v.Get(t, s.callback(s.provider.Allow(request, "7")))
	if view.Elsewhere != nil || !strings.Contains(view.Body, "cannot be reached, or answers with an error") {
		t.Errorf("%d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	if persons := s.persons(t); len(persons) != 0 {
		t.Errorf("Persons: %+v", persons)
	}
}

// TestNothingSecretIsTold: what the provider gives is in no log, event and object, but sealed.
func TestNothingSecretIsTold(t *testing.T) {
	s := newScene(t, "discreet")
	s.provider.SetUser("7", claims("ada", "team-web"))
	s.tokens(t, s.Visitor(), "7", everything)
	s.provider.Lie(func(c map[string]any) { c["nonce"] = "another" })
	v := s.Visitor()
	to, _ := s.app.AuthorizationURL(nil)
	v.Get(t, s.callback(s.provider.Allow(s.leave(t, v, v.Get(t, to)), "7")))
	v.Get(t, s.callback(url.Values{"state": {"x"}, "code": {s.provider.Secrets()[1]}}))
	var told strings.Builder
	logs, err := filepath.Glob(filepath.Join(s.Dir, "*.log"))
	if err != nil || len(logs) < 4 {
		t.Fatalf("logs %v, %v", logs, err)
	}
	for _, log := range logs {
		content, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		told.Write(content)
	}
	events := &corev1.EventList{}
	if err := s.Admin.List(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	for _, objects := range []any{events.Items, s.persons(t)} {
		content, err := json.Marshal(objects)
		if err != nil {
			t.Fatal(err)
		}
		told.Write(content)
	}
	if !strings.Contains(told.String(), "login_callback") {
		t.Error("the logs do not say who came back")
	}
	for _, secret := range s.provider.Secrets() {
		if strings.Contains(told.String(), secret) {
			t.Errorf("something tells a secret of %d characters", len(secret))
		}
	}
	if answer := installation.Get(t, s.Issuer+"/login/callback/discreet?code=x", http.Header{}); answer.Status != http.StatusBadRequest {
		t.Errorf("an answer without a state: %d", answer.Status)
	}
}
