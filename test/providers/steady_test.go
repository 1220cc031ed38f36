package providers

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestNothingIsWrittenInSteadyState, however the providers are. It does not run in parallel with
// others, because it counts what all of them do.
func TestNothingIsWrittenInSteadyState(t *testing.T) {
	r, at, away := newRoom(t), newMetadata(t), newMetadata(t)
	away.answer.Store("")
	edit(t, r, r.server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8"} })
	r.secret(t, "good", "password", bindPassword)
	r.secret(t, "refused", "password", bindPassword+"\n"+bindPassword)
	good, refused := create(t, r, r.directory("good")), create(t, r, r.directory("refused"))
	missing := create(t, r, r.directory("missing"))
	disabled := create(t, r, r.directory("disabled", func(p *provider) { p.Spec.Disabled = true }))
	reached, gone := create(t, r, r.oidc("reached", at.URL)), create(t, r, r.oidc("gone", away.URL))
	r.awaitReady(t, good)
	r.awaitReady(t, reached)
	r.awaitRefusal(t, disabled, "Disabled")
	r.await(t, refused, reasons{"Ready": "SecretRefused"})
	r.await(t, missing, reasons{"Ready": "SecretNotFound"})
	r.await(t, gone, reasons{"Ready": "ProviderUnavailable"})
	namespaces := &corev1.NamespaceList{}
	installation.Eventually(t, 60*time.Second, func() bool {
		if err := r.Admin.List(t.Context(), namespaces); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(namespaces.Items, func(n corev1.Namespace) bool { return n.DeletionTimestamp != nil })
	}, func() string { return "end of the namespaces of earlier tests" })
	var last devenv.Counts
	installation.Eventually(t, 60*time.Second, func() bool {
		last = during(t, r, time.Second)
		return last.Sum() == 0
	}, func() string { return "end of the work; in the last second:\n" + last.String() })
	if counts := during(t, r, 5*time.Second); counts.Sum() != 0 {
		t.Errorf("in 5 s without any change:\n%s", counts)
	}
	if asked := at.asked.Load(); asked != 1 {
		t.Errorf("the metadata of a provider that answers was read %d times", asked)
	}
	if away.asked.Load() < 1 {
		t.Error("the metadata of a provider that is away was never asked for")
	}
}

// during returns the writes of our kinds, of Secrets and of events.
func during(t testing.TB, r room, period time.Duration) devenv.Counts {
	t.Helper()
	count := func() devenv.Counts {
		counts, err := devenv.RequestCounts(t.Context(), r.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		return counts.Filter(func(key devenv.RequestKey) bool {
			return devenv.IsWrite(key) && (key.Resource == "secrets" || key.Group == "oauth.grantor.dev" || key.Group == "events.k8s.io")
		})
	}
	before := count()
	select {
	case <-time.After(period):
	case <-t.Context().Done():
	}
	return count().Diff(before)
}
