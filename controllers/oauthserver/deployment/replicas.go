package deployment

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// replicasManager owns the number of replicas between us and an autoscaler.
const replicasManager = oauthv1alpha1.FieldManager + "-replicas"

// leaveReplicas keeps the number of replicas of a Deployment that a patch leaves to
// another manager. If no manager owned the number once we give it up, the API server would
// set it to 1. A conflict says that another manager has it already.
func (r *Reconciler) leaveReplicas(ctx context.Context, s step) error {
	if s.present == nil || s.object.GetKind() != "Deployment" {
		return nil
	}
	if _, ours, err := unstructured.NestedFieldNoCopy(s.object.Object, "spec", "replicas"); ours || err != nil {
		return err
	}
	number, ok, err := unstructured.NestedInt64(s.present.Object, "spec", "replicas")
	if !ok || err != nil {
		return err
	}
	kept := Object(s.object.GroupVersionKind())
	kept.SetNamespace(s.object.GetNamespace())
	kept.SetName(s.object.GetName())
	// Nothing is made of it should the Deployment be gone.
	kept.SetUID(s.present.GetUID())
	if err := unstructured.SetNestedField(kept.Object, number, "spec", "replicas"); err != nil {
		return err
	}
	err = r.Client.Apply(ctx, client.ApplyConfigurationFromUnstructured(kept), client.FieldOwner(replicasManager))
	if apierrors.IsConflict(err) {
		return nil
	}
	return client.IgnoreNotFound(err)
}
