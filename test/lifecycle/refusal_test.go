package lifecycle

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// A Secret that the API server refuses stalls the client; nothing is minted and
// written over and over meanwhile, and the client recovers by itself.
func TestRefusedSecretStallsWithoutAStormOfWrites(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	lift := deny(t, g, ns, "CREATE", "", "secrets", func() error {
		return g.Admin.Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "probe"}}, client.DryRunAll)
	})
	c := create(t, g, installation.Service(ns, "unlucky"))
	c = stalled(t, g, c, oauthv1alpha1.ReasonSecretRefused)
	version := c.ResourceVersion
	writes := 0
	installation.While(3*time.Second, func() {
		if now := reload(t, g, c).ResourceVersion; now != version {
			version = now
			writes++
		}
	})
	if writes > 3 {
		t.Errorf("within 3 s the stalled client was written at least %d times", writes)
	}
	if n := len(c.Status.Credentials); n > 1 {
		t.Errorf("%d digests were published of secrets that nobody has seen", n)
	}
	lift()
	installation.Eventually(t, 65*time.Second, func() bool { return isReady(reload(t, g, c)) },
		func() string { return "readiness after Secrets are allowed again" })
	authenticates(t, g, c, value(t, g, c), endToEnd)
}
