package deployment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var errLeaving = errors.New("it is about to be deleted")

// try asks the API server whether it would take an object. What gives rights is not
// asked: no patch changes it, and a binding is refused while its role is not there.
func (r *Reconciler) try(ctx context.Context, s step) error {
	if s.object.GroupVersionKind().Group == "rbac.authorization.k8s.io" {
		return nil
	}
	return r.send(ctx, step{object: s.object.DeepCopy(), there: s.there}, client.DryRunAll)
}

func (r *Reconciler) apply(ctx context.Context, s step) error {
	if err := r.leaveReplicas(ctx, s); err != nil {
		return explained(s.object, err)
	}
	return r.send(ctx, s)
}

// send applies an object. Fields that others changed in one that is ours are taken
// back; one that was made elsewhere since it was looked for is left alone.
func (r *Reconciler) send(ctx context.Context, s step, options ...client.ApplyOption) error {
	options = append(options, client.FieldOwner(oauthv1alpha1.FieldManager))
	if s.there {
		options = append(options, client.ForceOwnership)
	}
	if err := r.Client.Apply(ctx, client.ApplyConfigurationFromUnstructured(s.object), options...); err != nil {
		return explained(s.object, err)
	}
	return nil
}

// remember writes what is about to be made into the inventory before it is made: a
// crash in between must not leave objects that are in no inventory.
func (r *Reconciler) remember(ctx context.Context, server *oauthv1alpha1.OAuthServer, wanted []*unstructured.Unstructured) error {
	before := server.DeepCopy()
	for _, object := range wanted {
		if entry := entryOf(object); !slices.Contains(server.Status.Inventory, entry) {
			server.Status.Inventory = append(server.Status.Inventory, entry)
		}
	}
	if len(before.Status.Inventory) == len(server.Status.Inventory) {
		return nil
	}
	// Only the inventory is written; the rest of the status is not final yet.
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	status := server.Status.DeepCopy()
	if err := r.Client.Status().Patch(ctx, server, patch); err != nil {
		return fmt.Errorf("write the inventory: %w", err)
	}
	server.Status = *status
	return nil
}

// prune deletes what is in the inventory and not wanted. What is not gone yet stays
// in the inventory.
func (r *Reconciler) prune(ctx context.Context, server *oauthv1alpha1.OAuthServer, wanted []*unstructured.Unstructured) error {
	var kept []oauthv1alpha1.InventoryEntry
	var errs []error
	for _, entry := range server.Status.Inventory {
		if slices.ContainsFunc(wanted, func(o *unstructured.Unstructured) bool { return entryOf(o) == entry }) {
			kept = append(kept, entry)
			continue
		}
		gone, err := r.remove(ctx, server, entry)
		if err != nil {
			errs = append(errs, err)
		}
		if !gone {
			kept = append(kept, entry)
		}
	}
	server.Status.Inventory = kept
	return errors.Join(errs...)
}

// remove deletes an object of the server and reports whether it is gone. It is when
// it has another owner, too.
func (r *Reconciler) remove(ctx context.Context, server *oauthv1alpha1.OAuthServer, entry oauthv1alpha1.InventoryEntry) (bool, error) {
	kind, ok := kindOf(entry)
	if !ok {
		return false, nil
	}
	key := client.ObjectKey{Namespace: server.Namespace, Name: entry.Name}
	if clusterWide(kind) {
		key.Namespace = ""
	}
	object, err := r.present(ctx, kind, key)
	if meta.IsNoMatchError(err) {
		// It went with its kind.
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if object == nil || !belongs(server, object) {
		return true, nil
	}
	if object.GetDeletionTimestamp() != nil {
		return false, nil
	}
	return false, r.delete(ctx, object)
}

// delete deletes exactly the object that was looked at. The event that it is gone
// brings the reconciler back.
func (r *Reconciler) delete(ctx context.Context, object *unstructured.Unstructured) error {
	uid := object.GetUID()
	err := r.Client.Delete(ctx, object, client.Preconditions{UID: &uid}, client.PropagationPolicy("Background"))
	if apierrors.IsForbidden(err) || apierrors.IsInvalid(err) {
		return &refusal{oauthv1alpha1.ReasonObjectRefused, fmt.Sprintf("%s %q cannot be deleted: %v", object.GetKind(), object.GetName(), err)}
	}
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return nil
}

// Forget deletes what the garbage collector does not when a server is gone.
func (r *Reconciler) Forget(ctx context.Context, key client.ObjectKey) error {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(schema.GroupVersionKind{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBindingList"})
	if err := r.Client.List(ctx, list, client.MatchingLabels{oauthv1alpha1.LabelServer: key.Name}); err != nil {
		return fmt.Errorf("list cluster role bindings: %w", err)
	}
	gone := &oauthv1alpha1.OAuthServer{}
	gone.Namespace, gone.Name = key.Namespace, key.Name
	for i := range list.Items {
		if !belongs(gone, &list.Items[i]) {
			continue
		}
		// The cache may not know a server yet that was just created.
		if err := r.Live.Get(ctx, key, &oauthv1alpha1.OAuthServer{}); !apierrors.IsNotFound(err) {
			return err
		}
		if err := r.delete(ctx, &list.Items[i]); err != nil {
			return err
		}
	}
	return nil
}
