package deployment

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// pruned waits until the inventory has n entries.
func pruned(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer, n int) *oauthv1alpha1.OAuthServer {
	t.Helper()
	current := &oauthv1alpha1.OAuthServer{}
	installation.Eventually(t, bound, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), current); err != nil {
			t.Fatal(err)
		}
		return len(current.Status.Inventory) == n && current.Status.ObservedGeneration == current.Generation
	}, func() string { return "an inventory without what is gone" })
	return current
}

func TestWhatIsNotWantedIsDeleted(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", withIngress, withPatch("Deployment", "spec: {template: {spec: {nodeSelector: {disk: ssd}}}}")))
	all := objects(t, g, server)
	if deploymentOf(t, g, server).Spec.Template.Spec.NodeSelector["disk"] != "ssd" {
		t.Error("the patch was not applied")
	}

	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Exposure, s.Spec.Deployment.Patches = nil, nil })
	server = pruned(t, g, server, len(all)-1)
	if object(t, g, "Ingress", namespace, "auth-oauth") != nil {
		t.Error("the Ingress is still there")
	}
	if selector := deploymentOf(t, g, server).Spec.Template.Spec.NodeSelector; len(selector) > 0 {
		t.Errorf("what the patch had added stays: %v", selector)
	}

	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment = nil })
	server = pruned(t, g, server, 0)
	for name, one := range all {
		if object(t, g, one.GetKind(), one.GetNamespace(), one.GetName()) != nil {
			t.Errorf("%s is still there", name)
		}
	}
	if meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionDeployed) != nil || server.Status.Replicas != nil {
		t.Errorf("the status still speaks of a deployment: %+v", server.Status)
	}
	if !meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionReady) {
		t.Error("the server is not ready")
	}
	keysStay(t, g, namespace, "auth")
}

// TestWhatCannotBeDeletedStaysInTheInventory: a finalizer holds an object back.
func TestWhatCannotBeDeletedStaysInTheInventory(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", withIngress))
	n := len(server.Status.Inventory)
	ingress := object(t, g, "Ingress", namespace, "auth-oauth")
	hold := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":["example.com/hold"]}}`))
	if err := g.Admin.Patch(t.Context(), ingress, hold); err != nil {
		t.Fatal(err)
	}
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Exposure = nil })
	installation.Eventually(t, bound, func() bool {
		return object(t, g, "Ingress", namespace, "auth-oauth").GetDeletionTimestamp() != nil
	}, func() string { return "an Ingress that is being deleted" })
	pruned(t, g, server, n)
	release := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	if err := g.Admin.Patch(t.Context(), ingress, release); err != nil {
		t.Fatal(err)
	}
	pruned(t, g, server, n-1)
}

func TestADeletedServerLeavesItsKeysOnly(t *testing.T) {
	t.Parallel()
	g, namespace, other := shared.Grantor(t), shared.Namespace(t), shared.Namespace(t)
	gone := created(t, g, newServer(namespace, "auth", withIngress))
	neighbours := []*oauthv1alpha1.OAuthServer{created(t, g, newServer(namespace, "second")), created(t, g, newServer(other, "auth"))}
	all := objects(t, g, gone)
	if err := g.Admin.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	for name, one := range all {
		installation.Eventually(t, 2*bound, func() bool {
			return object(t, g, one.GetKind(), one.GetNamespace(), one.GetName()) == nil
		}, func() string { return name + " to go with its server" })
	}
	keysStay(t, g, namespace, "auth")
	for _, neighbour := range neighbours {
		for name, one := range objects(t, g, neighbour) {
			if one == nil || one.GetDeletionTimestamp() != nil {
				t.Errorf("%s of %s/%s went, too", name, neighbour.Namespace, neighbour.Name)
			}
		}
	}

	again := created(t, g, newServer(namespace, "auth"))
	for name, one := range objects(t, g, again) {
		if one == nil || all[name].GetUID() == one.GetUID() {
			t.Errorf("%s of the server that was made again: %v", name, one)
		}
	}
}

func TestServersShareNothing(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	a, b := created(t, g, newServer(namespace, "a")), created(t, g, newServer(namespace, "a-oauth"))
	others := objects(t, g, b)
	for name := range objects(t, g, a) {
		if _, both := others[name]; both {
			t.Errorf("%s belongs to both", name)
		}
	}
	labels := deploymentOf(t, g, b).Spec.Template.Labels
	matches := true
	for key, value := range deploymentOf(t, g, a).Spec.Selector.MatchLabels {
		matches = matches && labels[key] == value
	}
	if matches {
		t.Error("the selector of one selects the pods of the other")
	}
}

func keysStay(t *testing.T, g *installation.Installation, namespace, server string) {
	t.Helper()
	key := client.ObjectKey{Namespace: namespace, Name: oauthv1alpha1.KeySecretName(server)}
	secret := &corev1.Secret{}
	if err := g.Admin.Get(t.Context(), key, secret); err != nil || secret.DeletionTimestamp != nil || len(secret.OwnerReferences) > 0 {
		t.Errorf("the key Secret: %v, %v", secret.ObjectMeta, err)
	}
}
