package reconcile

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Namespace returns the metadata of a namespace, without a UID if the cache does not have
// it yet.
func Namespace(ctx context.Context, reader client.Reader, name string) (*metav1.PartialObjectMetadata, error) {
	namespace := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}}
	if err := reader.Get(ctx, client.ObjectKey{Name: name}, namespace); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("get namespace: %w", err)
	}
	return namespace, nil
}

// InNamespace returns the request of a controller that reconciles whole namespaces.
func InNamespace(name string) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: name}}
}

// NamespaceOf maps an object to its namespace, for a controller that reconciles whole
// namespaces.
func NamespaceOf(_ context.Context, object client.Object) []ctrl.Request {
	return []ctrl.Request{InNamespace(object.GetNamespace())}
}
