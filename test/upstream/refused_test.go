package upstream

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestWhatTheProviderMustNotSay: an ID token that is for another client, of another issuer, old,
// or the answer to another request signs nobody in, and stores nothing.
func TestWhatTheProviderMustNotSay(t *testing.T) {
	s := newScene(t, "liars")
	s.provider.SetUser("7", claims("ada"))
	for name, lie := range map[string]func(map[string]any){
		"for another client":                func(c map[string]any) { c["aud"] = "another" },
		"for two clients without azp":       func(c map[string]any) { c["aud"] = []string{"grantor at corp", "another"} },
		"for another client by azp":         func(c map[string]any) { c["azp"] = "another" },
		"of another issuer":                 func(c map[string]any) { c["iss"] = "https://login.example.com" },
		"with another nonce":                func(c map[string]any) { c["nonce"] = "another" },
		"without a nonce":                   func(c map[string]any) { delete(c, "nonce") },
		"expired":                           func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
		"without an end":                    func(c map[string]any) { delete(c, "exp") },
		"issued in the future":              func(c map[string]any) { c["iat"] = time.Now().Add(time.Hour).Unix() },
		"about nobody":                      func(c map[string]any) { delete(c, "sub") },
		"about somebody with a long sub":    func(c map[string]any) { c["sub"] = strings.Repeat("7", 256) },
		"of another access token":           func(c map[string]any) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
		"without claims, which others have": func(c map[string]any) { delete(c, "email"); c["sub"] = "8" },
	} {
		t.Run(name, func(t *testing.T) {
			s.provider.Lie(lie)
			v := s.Visitor()
			to, _ := s.app.AuthorizationURL(nil)
			request := s.leave(t, v, v.Get(t, to))
			view := v.Get(t, s.callback(s.provider.Allow(request, "7")))
			if view.Status != http.StatusOK || !strings.Contains(view.Body, "cannot be reached, or answers with an error") {
				t.Errorf("it answers %d %v %s", view.Status, view.Elsewhere, view.Body)
			}
			if _, ok := button(view, s.name); !ok {
				t.Errorf("the user cannot try again: %s", view.Body)
			}
		})
	}
	if persons := s.persons(t); len(persons) != 0 {
		t.Errorf("Persons: %+v", persons)
	}
}

// TestAnswersThatBelongToNoRequest: those that are replayed, of another browser, of another
// provider, or with an error.
func TestAnswersThatBelongToNoRequest(t *testing.T) {
	s, other := newScene(t, "first"), newScene(t, "second")
	s.provider.SetUser("7", claims("ada"))
	leave := func(v *installation.Visitor) url.Values {
		to, _ := s.app.AuthorizationURL(nil)
		return s.provider.Allow(s.leave(t, v, v.Get(t, to)), "7")
	}
	refused := func(t *testing.T, view installation.View, says string) {
		t.Helper()
		if view.Elsewhere != nil || !strings.Contains(view.Body, says) {
			t.Errorf("it answers %d %v %s", view.Status, view.Elsewhere, view.Body)
		}
	}
	const noRequest = "belongs to another browser"
	t.Run("another browser", func(t *testing.T) {
		refused(t, s.Visitor().Get(t, s.callback(leave(s.Visitor()))), noRequest)
	})
	t.Run("another state", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		answer.Set("state", strings.Repeat("0", 32))
		refused(t, v.Get(t, s.callback(answer)), noRequest)
	})
	t.Run("the state of another browser", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		answer.Set("state", leave(s.Visitor()).Get("state"))
		refused(t, v.Get(t, s.callback(answer)), noRequest)
	})
	t.Run("at the redirect URI of another provider", func(t *testing.T) {
		v := s.Visitor()
		refused(t, v.Get(t, other.callback(leave(v))), noRequest)
	})
	t.Run("of another issuer", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		answer.Set("iss", other.provider.URL)
		refused(t, v.Get(t, s.callback(answer)), "did not sign you in")
	})
	t.Run("without the issuer", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		answer.Del("iss")
		refused(t, v.Get(t, s.callback(answer)), "did not sign you in")
	})
	t.Run("an error", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		answer.Set("error", "access_denied")
		answer.Set("error_description", "<b>call this number</b>")
		view := v.Get(t, s.callback(answer))
		refused(t, view, "did not sign you in")
		if strings.Contains(view.Body, "call this number") {
			t.Error("the page says what anyone can put into a link")
		}
	})
	t.Run("sent twice", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		if view := v.Get(t, s.callback(answer)); !strings.Contains(view.Body, "decision") {
			t.Fatalf("the first answers %d %s", view.Status, view.Body)
		}
		refused(t, v.Get(t, s.callback(answer)), noRequest)
	})
	t.Run("a state twice", func(t *testing.T) {
		v := s.Visitor()
		answer := leave(v)
		view := v.Get(t, s.callback(answer)+"&state="+answer.Get("state"))
		if view.Status != http.StatusBadRequest {
			t.Errorf("it answers %d %s", view.Status, view.Body)
		}
	})
}
