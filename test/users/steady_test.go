package users

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestNothingHappensInSteadyState: no write, and no Secret is read, however the
// users are. It does not run in parallel with others, because it counts what all of
// them do.
func TestNothingHappensInSteadyState(t *testing.T) {
	r := newRoom(t)
	r.secret(t, "good", argonHash)
	r.secret(t, "refused", "not-a-hash")
	r.secret(t, "disabled", argonHash)
	users := map[string]*oauthv1alpha1.OAuthUser{}
	for _, name := range []string{"good", "refused", "disabled", "missing", "twin", "without"} {
		users[name] = installation.Create(t, r.Admin, r.user(name, func(u *oauthv1alpha1.OAuthUser) {
			u.Spec.Disabled = name == "disabled"
			if name == "twin" {
				u.Spec.Username = "good"
			}
			if name == "without" {
				u.Spec.PasswordSecretRef = nil
			}
		}))
	}
	r.awaitProblem(t, users["refused"], oauthv1alpha1.ReasonPasswordRefused)
	r.awaitProblem(t, users["missing"], oauthv1alpha1.ReasonPasswordSecretNotFound)
	r.awaitRefusal(t, users["disabled"], oauthv1alpha1.ReasonDisabled)
	r.AwaitNoNamespaceEnds(t)
	r.AwaitQuiet(t, time.Minute, counted)
	if counts := r.RequestsDuring(t, 5*time.Second, counted); counts.Sum() != 0 {
		t.Errorf("in 5 s without any change:\n%s", counts)
	}
	// A pass that finds nothing to do costs no request either.
	r.secret(t, "unrelated", "x")
	if counts := r.RequestsDuring(t, 2*time.Second, counted); counts.Sum() != 0 {
		t.Errorf("after a Secret that concerns nobody:\n%s", counts)
	}
}

// counted accepts the writes of our kinds and the readings of Secrets.
func counted(key devenv.RequestKey) bool {
	if key.Resource == "secrets" && key.Group == "" {
		return devenv.IsWrite(key) || devenv.IsRead(key)
	}
	return devenv.IsWrite(key) && (key.Group == "oauth.grantor.dev" || key.Group == "events.k8s.io")
}
