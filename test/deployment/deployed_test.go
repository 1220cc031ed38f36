package deployment

import (
	"maps"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestAServerIsDeployed(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", withIngress))
	all := objects(t, g, server)
	wanted := []string{
		"ClusterRoleBinding grantor-server:" + namespace + ":auth", "Deployment auth-oauth", "Ingress auth-oauth", "NetworkPolicy auth-oauth",
		"PodDisruptionBudget auth-oauth", "Role auth-oauth", "RoleBinding auth-oauth", "RoleBinding auth-oauth-sessions", "Service auth-oauth",
		"ServiceAccount auth-oauth",
	}
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, wanted) {
		t.Errorf("the inventory has %v, not %v", got, wanted)
	}
	for name, one := range all {
		if one == nil {
			t.Errorf("%s is in the inventory and not in the cluster", name)
			continue
		}
		owner := metav1.GetControllerOf(one)
		if one.GetNamespace() != "" && (owner == nil || owner.UID != server.UID) {
			t.Errorf("%s has the owner %v", name, owner)
		}
		for _, entry := range one.GetManagedFields() {
			if entry.Manager == oauthv1alpha1.FieldManager && entry.Operation != metav1.ManagedFieldsOperationApply {
				t.Errorf("%s is written with %s", name, entry.Operation)
			}
		}
	}
	deployment := deploymentOf(t, g, server)
	if got := deployment.Spec.Template.Spec.Containers[0].Image; got != image {
		t.Errorf("the image is %s", got)
	}
	if server.Status.Replicas == nil || server.Status.Replicas.Desired != 2 || server.Status.Replicas.Ready != 0 {
		t.Errorf("the status has the replicas %+v", server.Status.Replicas)
	}
	if !meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionReconciling) {
		t.Error("a server without replicas is not Reconciling")
	}

	report(t, g, server, 1)
	installation.Eventually(t, bound, func() bool {
		server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
		return server.Status.Replicas.Ready == 1
	}, func() string { return "one ready replica" })
	report(t, g, server, 2)
	server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionTrue, oauthv1alpha1.ReasonDeployed)
	if !meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionReady) || server.Status.Replicas.Ready != 2 {
		t.Errorf("the status is %+v", server.Status)
	}
}

// TestWhetherAddressesAreKnown: behind an Ingress only if its proxy is named.
func TestWhetherAddressesAreKnown(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", withIngress))
	await(t, g, server, oauthv1alpha1.ConditionAddressesKnown, metav1.ConditionFalse, oauthv1alpha1.ReasonNoTrustedProxy)
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.HTTP.TrustedProxies = []oauthv1alpha1.Network{"192.0.2.7"} })
	await(t, g, server, oauthv1alpha1.ConditionAddressesKnown, metav1.ConditionTrue, oauthv1alpha1.ReasonProxiesTrusted)
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Exposure = nil })
	installation.Eventually(t, bound, func() bool {
		server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
		return meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionAddressesKnown) == nil
	}, func() string { return "a server without the condition" })
}

// TestDrift: whatever a person changes or deletes is as before, soon.
func TestDrift(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", withIngress))
	changes := map[string]string{
		"Deployment auth-oauth":                                    `[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"evil"}]`,
		"Service auth-oauth":                                       `[{"op":"replace","path":"/spec/selector","value":{"app":"evil"}}]`,
		"Ingress auth-oauth":                                       `[{"op":"replace","path":"/spec/rules/0/host","value":"evil.example"}]`,
		"NetworkPolicy auth-oauth":                                 `[{"op":"replace","path":"/spec/ingress","value":[{}]}]`,
		"PodDisruptionBudget auth-oauth":                           `[{"op":"replace","path":"/spec/maxUnavailable","value":2}]`,
		"Role auth-oauth":                                          `[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}}]`,
		"RoleBinding auth-oauth":                                   `[{"op":"add","path":"/subjects/-","value":{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"eve"}}]`,
		"RoleBinding auth-oauth-sessions":                          `[{"op":"replace","path":"/subjects","value":[]}]`,
		"ClusterRoleBinding grantor-server:" + namespace + ":auth": `[{"op":"replace","path":"/subjects/0/name","value":"eve"}]`,
		"ServiceAccount auth-oauth":                                `[{"op":"remove","path":"/metadata/labels/oauth.grantor.dev~1part-of"}]`,
	}
	before := objects(t, g, server)
	if len(before) != len(changes) {
		t.Fatalf("%d objects and %d changes", len(before), len(changes))
	}
	for name, one := range before {
		t.Run(name+" is changed", func(t *testing.T) {
			t.Parallel()
			drifted := one.DeepCopy()
			if err := g.Admin.Patch(t.Context(), drifted, client.RawPatch("application/json-patch+json", []byte(changes[name]))); err != nil {
				t.Fatal(err)
			}
			repaired(t, g, one, func(now *unstructured.Unstructured) bool { return now.GetUID() == one.GetUID() })
		})
	}
}

func TestWhatIsDeletedIsMadeAgain(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", withIngress))
	for name, one := range objects(t, g, server) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := g.Admin.Delete(t.Context(), one.DeepCopy()); err != nil {
				t.Fatal(err)
			}
			repaired(t, g, one, func(now *unstructured.Unstructured) bool { return now.GetUID() != one.GetUID() })
		})
	}
}

// repaired waits until an object says again what it said.
func repaired(t *testing.T, g *installation.Installation, before *unstructured.Unstructured, is func(*unstructured.Unstructured) bool) {
	t.Helper()
	installation.Eventually(t, bound, func() bool {
		now := object(t, g, before.GetKind(), before.GetNamespace(), before.GetName())
		return now != nil && is(now) && same(before, now)
	}, func() string { return before.GetKind() + " " + before.GetName() + " as it was" })
}

// same leaves out what the API server says.
func same(a, b *unstructured.Unstructured) bool {
	strip := func(o *unstructured.Unstructured) map[string]any {
		o = o.DeepCopy()
		for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
			unstructured.RemoveNestedField(o.Object, "metadata", field)
		}
		for _, field := range []string{"clusterIP", "clusterIPs"} {
			unstructured.RemoveNestedField(o.Object, "spec", field)
		}
		delete(o.Object, "status")
		return o.Object
	}
	return equal(strip(a), strip(b))
}

// TestNothingIsWrittenTwice: a reconcile that finds all as it should be writes none
// of it again, and leaves what others added.
func TestNothingIsWrittenTwice(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth"))
	note := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"example.com/note":"mine"}}}`))
	for _, one := range objects(t, g, server) {
		if err := g.Admin.Patch(t.Context(), one, note); err != nil {
			t.Fatal(err)
		}
	}
	before := objects(t, g, server)
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Issuer = "https://other.example" })
	installation.Eventually(t, bound, func() bool {
		server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
		return server.Status.Endpoints.Token == "https://other.example/token"
	}, func() string { return "the endpoints of the new issuer" })
	for name, one := range objects(t, g, server) {
		if one.GetResourceVersion() != before[name].GetResourceVersion() || one.GetAnnotations()["example.com/note"] != "mine" {
			t.Errorf("%s was written: %v", name, one.Object["metadata"])
		}
	}
}
