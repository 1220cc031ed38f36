package upstream

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"

	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
)

// offline asks for a refresh token that outlives the Login.
var offline = url.Values{"scope": {"openid profile groups offline_access"}}

func text(tokens map[string]any, name string) string {
	value, _ := tokens[name].(string)
	return value
}

// TestAUserWhomTheProviderRemoves: access ends within the interval, and the user's other
// sessions with it; a user who comes back signs in again.
func TestAUserWhomTheProviderRemoves(t *testing.T) {
	s := newScene(t, "leavers")
	s.provider.SetUser("7", claims("ada", "team-web"))
	browser := s.Visitor()
	tokens := s.tokens(t, browser, "7", offline)
	clock, replica, app := s.at(t)

	s.provider.SetUser("7", claims("ada", "admins"))
	refreshed := app.Refresh(t, text(tokens, "refresh_token"), nil)
	if refreshed.Status != http.StatusOK || s.provider.Requests("/token") != 1 {
		t.Fatalf("within the interval: %d %s, token requests %d", refreshed.Status, refreshed.Body, s.provider.Requests("/token"))
	}
	turn(t, s, clock, replica, later)
	refreshed = app.Refresh(t, text(refreshed.JSON, "refresh_token"), nil)
	if refreshed.Status != http.StatusOK || s.provider.Requests("/token") != 2 {
		t.Fatalf("after the interval: %d %s, token requests %d", refreshed.Status, refreshed.Body, s.provider.Requests("/token"))
	}
	info := installation.Get(t, app.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + text(refreshed.JSON, "access_token")}})
	if groups, _ := info.JSON["groups"].([]any); len(groups) != 1 || groups[0] != "leavers:admins" {
		t.Errorf("the groups were not taken over: %s", info.Body)
	}

	s.provider.SetUser("7", nil)
	turn(t, s, clock, replica, later)
	info = installation.Get(t, app.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + text(refreshed.JSON, "access_token")}})
	if info.Status != http.StatusUnauthorized {
		t.Errorf("the access token of a user who is gone: %d %s", info.Status, info.Body)
	}
	if refused := app.Refresh(t, text(refreshed.JSON, "refresh_token"), nil); refused.Status != http.StatusBadRequest || refused.JSON["error"] != "invalid_grant" {
		t.Errorf("the refresh token of a user who is gone: %d %s", refused.Status, refused.Body)
	}
	if persons := s.persons(t); len(persons) != 1 || persons[0].Spec.State != sessionv1alpha1.PersonBlocked {
		t.Errorf("Persons: %+v", persons)
	}
	if asked := s.provider.Requests("/token"); asked != 3 {
		t.Errorf("the provider was asked %d times, not 3", asked)
	}
}

// turn lets some time pass for a replica and the provider.
func turn(t testing.TB, s *scene, clock *inprocess.Clock, replica *inprocess.Replica, by time.Duration) {
	t.Helper()
	clock.Turn(t, by, replica)
	s.turned.Turn(t, by, replica)
}

// TestAProviderThatIsAway: users stay for as long as that is tolerated, and no longer.
func TestAProviderThatIsAway(t *testing.T) {
	s := newScene(t, "remote", func(p *oauthv1alpha1.OAuthIdentityProvider) {
		p.Spec.Recheck.Tolerate = &metav1.Duration{Duration: 3 * time.Hour}
	})
	s.provider.SetUser("7", claims("ada"))
	tokens := s.tokens(t, s.Visitor(), "7", offline)
	clock, replica, app := s.at(t)
	s.provider.SetAway(true)
	turn(t, s, clock, replica, later)
	first := app.Refresh(t, text(tokens, "refresh_token"), nil)
	if first.Status != http.StatusOK {
		t.Fatalf("while it is tolerated: %d %s", first.Status, first.Body)
	}
	second := app.Refresh(t, text(first.JSON, "refresh_token"), nil)
	if second.Status != http.StatusOK {
		t.Fatalf("while it is tolerated, again: %d %s", second.Status, second.Body)
	}
	turn(t, s, clock, replica, 3*time.Hour)
	if refused := app.Refresh(t, text(second.JSON, "refresh_token"), nil); refused.Status != http.StatusBadRequest {
		t.Errorf("after it was tolerated: %d %s", refused.Status, refused.Body)
	}
	s.provider.SetAway(false)
	turn(t, s, clock, replica, later)
	if back := app.Refresh(t, text(second.JSON, "refresh_token"), nil); back.Status != http.StatusOK {
		t.Errorf("once the provider is back: %d %s", back.Status, back.Body)
	}
}

// TestKeysThatWereReplaced: a user signs in with an ID token that a new key signed.
func TestKeysThatWereReplaced(t *testing.T) {
	s := newScene(t, "rotating")
	s.provider.SetUser("7", claims("ada"))
	s.tokens(t, s.Visitor(), "7", nil)
	s.provider.RotateKeys(t)
	s.tokens(t, s.Visitor(), "7", nil)
}

// TestAProviderThatGivesNoRefreshToken: it cannot be asked, so its users sign in again after the
// interval, and what they began before counts again.
func TestAProviderThatGivesNoRefreshToken(t *testing.T) {
	s := newScene(t, "forgetful")
	s.provider.NoRefresh()
	s.provider.SetUser("7", claims("ada"))
	v := s.Visitor()
	tokens := s.tokens(t, v, "7", offline)
	clock, replica, app := s.at(t)
	turn(t, s, clock, replica, later)
	if refused := app.Refresh(t, text(tokens, "refresh_token"), nil); refused.Status != http.StatusBadRequest {
		t.Errorf("after the interval: %d %s", refused.Status, refused.Body)
	}
	if asked := s.provider.Requests("/token"); asked != 1 {
		t.Errorf("the provider was asked %d times, not once", asked)
	}
}
