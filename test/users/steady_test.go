package users

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

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
		users[name] = create(t, r, r.user(name, func(u *oauthv1alpha1.OAuthUser) {
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
	noNamespaceEnds(t, r)
	var last devenv.Counts
	installation.Eventually(t, 60*time.Second, func() bool {
		last = during(t, r, time.Second)
		return last.Sum() == 0
	}, func() string { return "end of the work; in the last second:\n" + last.String() })
	if counts := during(t, r, 5*time.Second); counts.Sum() != 0 {
		t.Errorf("in 5 s without any change:\n%s", counts)
	}
	// A pass that finds nothing to do costs no request either.
	r.secret(t, "unrelated", "x")
	if counts := during(t, r, 2*time.Second); counts.Sum() != 0 {
		t.Errorf("after a Secret that concerns nobody:\n%s", counts)
	}
}

// noNamespaceEnds waits until the namespaces of earlier tests are gone, whose end is
// work for everybody.
func noNamespaceEnds(t testing.TB, r room) {
	t.Helper()
	namespaces := &corev1.NamespaceList{}
	installation.Eventually(t, 60*time.Second, func() bool {
		if err := r.Admin.List(t.Context(), namespaces); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(namespaces.Items, func(n corev1.Namespace) bool { return n.DeletionTimestamp != nil })
	}, func() string { return "end of the namespaces of earlier tests" })
}

// during returns the writes of our kinds and the readings of Secrets.
func during(t testing.TB, r room, period time.Duration) devenv.Counts {
	t.Helper()
	count := func() devenv.Counts {
		counts, err := devenv.RequestCounts(t.Context(), r.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		return counts.Filter(func(key devenv.RequestKey) bool {
			if key.Resource == "secrets" && key.Group == "" {
				return devenv.IsWrite(key) || devenv.IsRead(key)
			}
			return devenv.IsWrite(key) && (key.Group == "oauth.grantor.dev" || key.Group == "events.k8s.io")
		})
	}
	before := count()
	select {
	case <-time.After(period):
	case <-t.Context().Done():
	}
	return count().Diff(before)
}
