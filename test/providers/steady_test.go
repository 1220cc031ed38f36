package providers

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestNothingIsWrittenInSteadyState, however the providers are. It does not run in parallel with
// others, because it counts what all of them do.
func TestNothingIsWrittenInSteadyState(t *testing.T) {
	r, at, away := newRoom(t), newMetadata(t), newMetadata(t)
	away.answer.Store("")
	installation.Edit(t, r.Admin, r.Server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8"} })
	r.secret(t, "good", "password", bindPassword)
	r.secret(t, "refused", "password", bindPassword+"\n"+bindPassword)
	good, refused := installation.Create(t, r.Admin, r.directory("good")), installation.Create(t, r.Admin, r.directory("refused"))
	missing := installation.Create(t, r.Admin, r.directory("missing"))
	disabled := installation.Create(t, r.Admin, r.directory("disabled", func(p *provider) { p.Spec.Disabled = true }))
	reached, gone := installation.Create(t, r.Admin, r.oidc("reached", at.URL)), installation.Create(t, r.Admin, r.oidc("gone", away.URL))
	r.awaitReady(t, good)
	r.awaitReady(t, reached)
	r.awaitRefusal(t, disabled, "Disabled")
	r.await(t, refused, reasons{"Ready": "SecretRefused"})
	r.await(t, missing, reasons{"Ready": "SecretNotFound"})
	r.await(t, gone, reasons{"Ready": "ProviderUnavailable"})
	r.AwaitNoNamespaceEnds(t)
	r.AwaitQuiet(t, time.Minute, counted)
	if counts := r.RequestsDuring(t, 5*time.Second, counted); counts.Sum() != 0 {
		t.Errorf("in 5 s without any change:\n%s", counts)
	}
	if asked := at.asked.Load(); asked != 1 {
		t.Errorf("the metadata of a provider that answers was read %d times", asked)
	}
	if away.asked.Load() < 1 {
		t.Error("the metadata of a provider that is away was never asked for")
	}
}

// counted accepts the writes of our kinds, of Secrets and of events.
func counted(key devenv.RequestKey) bool {
	return devenv.IsWrite(key) && (key.Resource == "secrets" || key.Group == "oauth.grantor.dev" || key.Group == "events.k8s.io")
}
