package gitops

import (
	"testing"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// states are objects of a running Grantor and what the tools should make of them.
func states(ns string) map[string]struct {
	object  client.Object
	before  []client.Object
	argo    string
	kstatus status.Status
} {
	type state = struct {
		object  client.Object
		before  []client.Object
		argo    string
		kstatus status.Status
	}
	named := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: ns, Name: name} }
	broken := &corev1.Secret{ObjectMeta: named(oauthv1alpha1.KeySecretName("broken")), StringData: map[string]string{"not": "a key"}}
	broken.Labels = map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfKeys}
	server := func(name string) *oauthv1alpha1.OAuthServer {
		return &oauthv1alpha1.OAuthServer{ObjectMeta: named(name), Spec: oauthv1alpha1.OAuthServerSpec{Issuer: "https://" + name + ".example"}}
	}
	user := func(name string, change func(*oauthv1alpha1.OAuthUserSpec)) *oauthv1alpha1.OAuthUser {
		u := &oauthv1alpha1.OAuthUser{ObjectMeta: named(name), Spec: oauthv1alpha1.OAuthUserSpec{Username: name}}
		change(&u.Spec)
		return u
	}
	return map[string]state{
		"a client that works": {object: installation.Service(ns, "works"), argo: "Healthy", kstatus: status.CurrentStatus},
		"a client that is suspended": {
			object: installation.Service(ns, "asleep", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true }),
			argo:   "Suspended", kstatus: status.FailedStatus,
		},
		"a client that asks for too much": {
			object: installation.Service(ns, "greedy", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"everything"} }),
			argo:   "Degraded", kstatus: status.FailedStatus,
		},
		"a client whose server has no keys": {
			before: []client.Object{broken, server("broken")},
			object: installation.Service(ns, "waits", func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "broken"}
				c.Spec.Scopes = nil
			}),
			argo: "Progressing", kstatus: status.InProgressStatus,
		},
		"a server that works": {object: server("fine"), argo: "Healthy", kstatus: status.CurrentStatus},
		"a user that works": {
			before: []client.Object{server("home")},
			object: user("ann", func(*oauthv1alpha1.OAuthUserSpec) {}), argo: "Healthy", kstatus: status.CurrentStatus,
		},
		"a user that is disabled": {object: user("ben", func(s *oauthv1alpha1.OAuthUserSpec) { s.Disabled = true }), argo: "Suspended", kstatus: status.FailedStatus},
		"a user without the Secret": {
			object: user("cyd", func(s *oauthv1alpha1.OAuthUserSpec) {
				s.PasswordSecretRef = &oauthv1alpha1.PasswordSecretReference{Name: "nowhere"}
			}),
			argo: "Degraded", kstatus: status.FailedStatus,
		},
	}
}

// TestHealthOfEveryState: an object that is new, then settled, then changed and not
// looked at yet, as the API server returns it.
func TestHealthOfEveryState(t *testing.T) {
	g := shared.Grantor(t)
	ns := shared.Namespace(t)
	for name, state := range states(ns) {
		t.Run(name, func(t *testing.T) {
			for _, object := range state.before {
				if err := g.Admin.Create(t.Context(), object); err != nil {
					t.Fatal(err)
				}
			}
			if err := g.Admin.Create(t.Context(), state.object); err != nil {
				t.Fatal(err)
			}
			healthy(t, untyped(t, g, state.object), "Progressing", status.InProgressStatus)
			settled(t, g, state.object)
			healthy(t, untyped(t, g, state.object), state.argo, state.kstatus)
			changed := untyped(t, g, state.object)
			changed.SetGeneration(changed.GetGeneration() + 1)
			healthy(t, changed, "Progressing", status.InProgressStatus)
		})
	}
	broken := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "broken"}}
	settled(t, g, broken)
	healthy(t, untyped(t, g, broken), "Degraded", status.FailedStatus)
}

// settled waits until the operator has looked at an object and its status has been
// the same for a second.
func settled(t testing.TB, g *installation.Installation, object client.Object) {
	t.Helper()
	version, since := "", time.Now()
	installation.Eventually(t, 30*time.Second, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
			t.Fatal(err)
		}
		if object.GetResourceVersion() != version {
			version, since = object.GetResourceVersion(), time.Now()
		}
		observed, _, _ := unstructured.NestedInt64(untyped(t, g, object).Object, "status", "observedGeneration")
		return observed == object.GetGeneration() && time.Since(since) > time.Second
	}, func() string { return "settled status of " + object.GetName() })
}
