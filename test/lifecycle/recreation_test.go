package lifecycle

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// kubectl replace --force and GitOps tools create the client again at once, while
// the predecessor's Secret still waits for the garbage collector. That is no
// failure and nobody should be called.
func TestImmediateRecreationIsNoFailure(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "replaced")
	first := value(t, g, c)
	remove(t, g, c)
	again := installation.Service(ns, "replaced")
	if err := g.Admin.Create(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, collected, func() bool { return isReady(reload(t, g, again)) },
		func() string { return "readiness of the re-created client" })
	second := value(t, g, again)
	if second == first {
		t.Error("the new client has its predecessor's secret")
	}
	authenticates(t, g, again, second, endToEnd)
	neverAuthenticates(t, g, again, first, "the predecessor's secret")
	if counts := events(t, g, again); counts["Warning "+oauthv1alpha1.ReasonSecretNotOwned] > 0 {
		t.Errorf("an ordinary re-creation was reported as a failure: %v", counts)
	}
}
