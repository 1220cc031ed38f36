package lifecycle

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/test/installation"
)

// A namespace that hangs for a reason that is not ours, with its Secrets gone and its
// clients still there, is not written to over and over.
func TestTerminatingNamespaceIsLeftAlone(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "t-hanging-"}}
	if err := g.Admin.Create(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	c := service(t, g, ns.Name, "held")
	probe := c.DeepCopy()
	deny(t, g, ns.Name, "DELETE", "oauth.grantor.dev", "oauthclients", func() error { return g.Admin.Delete(t.Context(), probe, client.DryRunAll) })
	secret := g.Secret(t, c)
	remove(t, g, ns)
	installation.Eventually(t, 60*time.Second, func() bool { return !exists(t, g, secret.DeepCopy()) },
		func() string { return "end of the Secret" })
	versions := map[string]struct{}{}
	installation.While(3*time.Second, func() { versions[reload(t, g, c).ResourceVersion] = struct{}{} })
	if len(versions) > 4 {
		t.Errorf("within 3 s a client in a namespace that ends was written at least %d times", len(versions)-1)
	}
}
