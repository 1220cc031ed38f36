//go:build faults

package outages

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// install brings back the custom resources and the roles.
func install(t testing.TB) {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := devenv.Install(t.Context(), cluster.kube.Config, root, devenv.InstallOptions{Issuer: cluster.Issuer}); err != nil {
		t.Fatal(err)
	}
}

func ready(t testing.TB) bool {
	t.Helper()
	for _, replica := range cluster.Servers {
		if devenv.ProbeReady(t.Context(), replica.Options().MetricsURL+"/readyz") != nil {
			return false
		}
	}
	return true
}

// TestD32RolesAreReduced takes the roles of the servers away. They answer nothing that needs
// them, say that they are not ready, and ask about once a second; with the roles all is well.
func TestD32RolesAreReduced(t *testing.T) {
	u := newUser(t)
	access, refresh := u.session(t)
	kube, err := kubernetes.NewForConfig(cluster.kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	bindings := kube.RbacV1().RoleBindings(devenv.SystemNamespace)
	if err := bindings.Delete(t.Context(), devenv.ServerAccount, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := kube.RbacV1().ClusterRoleBindings().Delete(t.Context(), devenv.ServerAccount, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	// Watches that are open are not ended by that.
	cluster.proxy.CloseConnections()
	introspect := func(n int) installation.Answer {
		return u.at(n).Post(t, "/introspect", url.Values{"token": {access}})
	}
	installation.Eventually(t, time.Minute, func() bool { return introspect(0).Status != http.StatusOK }, func() string { return "refusal" })
	for n := range cluster.Servers {
		unavailable(t, "introspection", introspect(n))
		unavailable(t, "a refresh", u.at(n).Refresh(t, refresh, nil))
	}
	installation.Eventually(t, 90*time.Second, func() bool {
		for _, replica := range cluster.Servers {
			if devenv.ProbeReady(t.Context(), replica.Options().MetricsURL+"/readyz") == nil {
				return false
			}
		}
		return true
	}, func() string { return "replicas that are not ready" })
	t.Log(devenv.ProbeReady(t.Context(), cluster.Servers[0].Options().MetricsURL+"/readyz"))
	const seconds = 20
	before := cluster.proxy.Counts()
	time.Sleep(seconds * time.Second) // what is counted is a rate
	for key, n := range cluster.proxy.Counts().Diff(before) {
		if most := 2 * seconds * len(cluster.Servers); n > most {
			t.Errorf("in %d s there were %d times %v", seconds, n, key)
		}
	}
	install(t)
	u.works(t, time.Minute, access, refresh)
	installation.Eventually(t, time.Minute, func() bool { return ready(t) }, func() string { return "replicas that are ready" })
	alive(t)
}

// TestD25CustomResourcesAreRemoved removes the definitions of clients and Grants, and with
// them all objects. Servers accept nothing of what was, and once the definitions are back
// new clients work, without a restart.
func TestD25CustomResourcesAreRemoved(t *testing.T) {
	u := newUser(t)
	access, refresh := u.session(t)
	resources, err := dynamic.NewForConfig(cluster.kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	definitions := resources.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	for _, name := range []string{"oauthclients.oauth.grantor.dev", "grants.session.grantor.dev"} {
		if err := definitions.Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	installation.Eventually(t, 2*time.Minute, func() bool {
		for n := range cluster.Servers {
			if u.at(n).Refresh(t, refresh, nil).Status == http.StatusOK || u.at(n).Post(t, "/introspect", url.Values{"token": {access}}).JSON["active"] == true {
				return false
			}
		}
		return true
	}, func() string { return "refusal" })
	installation.Eventually(t, 2*time.Minute, func() bool {
		_, err := definitions.Get(t.Context(), "oauthclients.oauth.grantor.dev", metav1.GetOptions{})
		return err != nil
	}, func() string { return "end of the definition" })
	install(t)
	alive(t)
	installation.Eventually(t, 2*time.Minute, func() bool { return ready(t) }, func() string { return "replicas that are ready" })
	select {
	case <-cluster.Operator.Done():
		t.Fatal("the operator has ended")
	default:
	}
	again := newUser(t)
	newAccess, newRefresh := again.session(t)
	again.works(t, time.Minute, newAccess, newRefresh)
	for n := range cluster.Servers {
		if answer := u.at(n).Refresh(t, refresh, nil); answer.Status == http.StatusOK {
			t.Error("a session from before goes on")
		}
	}
	alive(t)
}
