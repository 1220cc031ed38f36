package keys

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A key is not used while a ready replica does not know it.
func TestAKeyWaitsForAReplicaThatIsBehind(t *testing.T) {
	g := grantor(t)
	proxy := g.Stallable(t)
	known := map[string]bool{}
	for _, key := range server(t, g).Status.Keys {
		known[key.ID] = true
	}
	// The root keys that were not there before, and how many of them are used.
	made := func() (all, used int) {
		for _, key := range keysOf(t, g, oauthv1alpha1.KeyUseRoot) {
			if known[key.ID] {
				continue
			}
			all++
			if key.ActiveFrom != nil {
				used++
			}
		}
		return all, used
	}
	proxy.Stall(devenv.WithVerbs("watch"))
	defer proxy.Resume()
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RequestedAt = &metav1.Time{Time: time.Now()} })
	installation.Eventually(t, 15*time.Second, func() bool { all, _ := made(); return all == 1 }, func() string { return "root key" })
	// The operator asks every second.
	installation.While(6*time.Second, func() {
		if _, used := made(); used > 0 {
			t.Fatal("a key is used that a ready replica has not loaded")
		}
	})
	proxy.Resume()
	installation.Eventually(t, 40*time.Second, func() bool { _, used := made(); return used == 1 }, func() string { return "root key in use" })
}
