package upstream

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// userinfo returns what the UserInfo endpoint says.
func (s *scene) userinfo(t testing.TB, tokens map[string]any) installation.Answer {
	t.Helper()
	token, _ := tokens["access_token"].(string)
	return installation.Get(t, s.app.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + token}})
}

func TestSignIn(t *testing.T) {
	s := newScene(t, "corp")
	s.provider.SetUser("7", claims("ada", "team-web", "admins", "secret-project"))
	tokens := s.tokens(t, s.Visitor(), "7", url.Values{"scope": {"openid profile email groups offline_access"}})
	info := s.userinfo(t, tokens).JSON
	for name, want := range map[string]any{
		"sub": "corp:7", "preferred_username": "corp:ada", "name": "The one called ada", "email": "ada@example.com", "email_verified": true,
	} {
		if info[name] != want {
			t.Errorf("%s is %v, not %v", name, info[name], want)
		}
	}
	if groups, _ := info["groups"].([]any); len(groups) != 2 || groups[0] != "corp:admins" || groups[1] != "corp:team-web" {
		t.Errorf("groups are %v", info["groups"])
	}
	persons := s.persons(t)
	if len(persons) != 1 || persons[0].Spec.Subject != "corp:7" || persons[0].Spec.Username != "ada" {
		t.Errorf("Persons: %+v", persons)
	}
}
