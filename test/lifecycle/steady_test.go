package lifecycle

import (
	"fmt"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/test/installation"
)

// ours accepts requests that only Grantor makes while a test only waits.
func ours(key devenv.RequestKey) bool {
	switch key.Group {
	case "oauth.grantor.dev", "session.grantor.dev", "events.k8s.io":
		return true
	case "":
		return key.Resource == "secrets" || key.Resource == "events"
	}
	return false
}

// writesDuring returns the writes of the next seconds.
func writesDuring(t testing.TB, g *installation.Installation, period time.Duration) devenv.Counts {
	t.Helper()
	return g.RequestsDuring(t, period, devenv.IsWrite, ours)
}

// quiet waits until nothing is written for a second.
func quiet(t testing.TB, g *installation.Installation) {
	t.Helper()
	g.AwaitQuiet(t, 20*time.Second, devenv.IsWrite, ours)
}

// In steady state Grantor writes nothing, however its clients are: ready, rotated,
// refused, suspended or stuck at somebody else's Secret. It does not run in
// parallel with others, because it counts what all of them do.
func TestNothingIsWrittenInSteadyState(t *testing.T) {
	g := grantor(t)
	g.AwaitNoNamespaceEnds(t)
	ns := namespace(t)
	for n := range 20 {
		service(t, g, ns, fmt.Sprintf("steady-%d", n))
	}
	rotated := service(t, g, ns, "rotated")
	former := value(t, g, rotated)
	edit(t, g, rotated, requestRotation(time.Now(), time.Hour))
	otherValue(t, g, rotated, former)
	source(t, g, ns, credentials.Generate())
	follower := service(t, g, ns, "follower", given)
	service(t, g, ns, "aging", rotateEvery(720*time.Hour, time.Hour))
	service(t, g, ns, "templated", template(oauthv1alpha1.SecretTemplate{
		Data: texts{"URL": "{{ .issuer }}"}, Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: labels{"team": "a"}},
	}))
	waiting := create(t, g, installation.Service(ns, "waiting", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: "missing", Key: "x"}
	}))
	notReady(t, g, waiting, oauthv1alpha1.ReasonSourceNotFound)
	misspelt := create(t, g, installation.Service(ns, "misspelt", template(oauthv1alpha1.SecretTemplate{Data: texts{"A": "{{ .x }}"}})))
	stalled(t, g, misspelt, oauthv1alpha1.ReasonTemplateRefused)
	ready(t, g, follower)
	suspended := service(t, g, ns, "suspended")
	edit(t, g, suspended, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	stalled(t, g, suspended, oauthv1alpha1.ReasonSuspended)
	homeless := installation.Service(ns, "homeless", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "missing"}
	})
	blocked := installation.Service(ns, "blocked", secretName("not-ours"))
	plainSecret(t, g, ns, "not-ours")
	for _, object := range []*oauthv1alpha1.OAuthClient{homeless, blocked} {
		if err := g.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	stalled(t, g, homeless, oauthv1alpha1.ReasonServerNotFound)
	stalled(t, g, blocked, oauthv1alpha1.ReasonSecretNotOwned)

	quiet(t, g)
	if writes := writesDuring(t, g, 10*time.Second); writes.Sum() > 0 {
		t.Errorf("in steady state somebody wrote:\n%s", writes)
	}
}
