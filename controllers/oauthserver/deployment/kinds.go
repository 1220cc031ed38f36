package deployment

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Kinds are those of the objects that the operator deploys and every cluster has. It
// watches those that carry oauthv1alpha1.LabelPartOf.
func Kinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{
		{Version: "v1", Kind: "ServiceAccount"},
		{Version: "v1", Kind: "Service"},
		{Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: "networking.k8s.io", Version: "v1", Kind: "Ingress"},
		{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"},
		{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBinding"},
	}
}

// Object returns an empty object of a kind.
func Object(kind schema.GroupVersionKind) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(kind)
	return object
}

func clusterWide(kind schema.GroupVersionKind) bool { return kind.Kind == "ClusterRoleBinding" }

func entryOf(object *unstructured.Unstructured) oauthv1alpha1.InventoryEntry {
	kind := object.GroupVersionKind()
	return oauthv1alpha1.InventoryEntry{Group: kind.Group, Kind: kind.Kind, Name: object.GetName()}
}

// kindOf returns the kind of an entry, unless only another release knows it.
func kindOf(entry oauthv1alpha1.InventoryEntry) (schema.GroupVersionKind, bool) {
	for _, kind := range append(Kinds(), routeKind) {
		if kind.Group == entry.Group && kind.Kind == entry.Kind {
			return kind, true
		}
	}
	return schema.GroupVersionKind{}, false
}

// ServerOf maps a deployed object to its server.
func ServerOf(_ context.Context, object client.Object) []ctrl.Request {
	annotations := object.GetAnnotations()
	key := types.NamespacedName{
		Namespace: annotations[oauthv1alpha1.AnnotationServerNamespace], Name: annotations[oauthv1alpha1.AnnotationServer],
	}
	if key.Namespace == "" || key.Name == "" {
		return nil
	}
	return []ctrl.Request{{NamespacedName: key}}
}
