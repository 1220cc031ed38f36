package deployment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// step is one object that is not as it should be.
type step struct {
	object *unstructured.Unstructured
	// there says that the object exists and is the server's.
	there bool
	// present is the object as it was then.
	present *unstructured.Unstructured
}

// plan compares what is wanted with what is there. What is as it should be gets the
// content of the cluster; the rest becomes steps.
func (r *Reconciler) plan(ctx context.Context, server *oauthv1alpha1.OAuthServer, wanted []*unstructured.Unstructured) ([]step, error) {
	var steps []step
	for _, object := range wanted {
		present, err := r.present(ctx, object.GroupVersionKind(), client.ObjectKeyFromObject(object))
		if meta.IsNoMatchError(err) {
			return nil, errNoGateway()
		}
		if err != nil {
			return nil, err
		}
		switch {
		case present == nil:
			steps = append(steps, step{object: object})
		case leaving(server, present):
			// A server that was deleted and created again waits for the garbage collector.
			return nil, apierrors.NewConflict(schema.GroupResource{Resource: present.GetKind()}, present.GetName(), errLeaving)
		case !belongs(server, present):
			return nil, &refusal{oauthv1alpha1.ReasonObjectNotOwned, fmt.Sprintf(
				"%s %q exists and does not belong to this OAuthServer. Delete it, or unset spec.deployment.", present.GetKind(), present.GetName())}
		case covers(present.Object, object.Object):
			object.Object = present.Object
		default:
			steps = append(steps, step{object: object, there: true, present: present})
		}
	}
	return steps, nil
}

// present returns an object, or nil if the API server has none. meta.IsNoMatchError
// knows the error of a kind that it does not have.
func (r *Reconciler) present(ctx context.Context, kind schema.GroupVersionKind, key client.ObjectKey) (*unstructured.Unstructured, error) {
	if kind == routeKind {
		return r.presentRoute(ctx, key)
	}
	object := Object(kind)
	err := r.Client.Get(ctx, key, object)
	if apierrors.IsNotFound(err) {
		// The cache holds only what is marked as ours.
		err = r.Live.Get(ctx, key, object)
	}
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if err != nil {
		return nil, fmt.Errorf("get %s %s: %w", kind.Kind, key.Name, err)
	}
	return object, nil
}

// own makes the server the owner, so that its objects go with it. An object without
// a namespace cannot have an owner in one; Forget deletes it.
func own(object *unstructured.Unstructured, server *oauthv1alpha1.OAuthServer) {
	if object.GetNamespace() == "" {
		return
	}
	controller, block := true, false
	object.SetOwnerReferences([]metav1.OwnerReference{{
		APIVersion: oauthv1alpha1.GroupVersion.String(), Kind: "OAuthServer", Name: server.Name, UID: server.UID,
		Controller: &controller, BlockOwnerDeletion: &block,
	}})
}

// stamp says in the object what was applied: that a field is not wanted any more
// shows nowhere else.
func stamp(object *unstructured.Unstructured) error {
	text, err := json.Marshal(object.Object)
	if err != nil {
		return fmt.Errorf("write %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	sum := sha256.Sum256(text)
	annotations := object.GetAnnotations()
	annotations[oauthv1alpha1.AnnotationApplied] = hex.EncodeToString(sum[:16])
	object.SetAnnotations(annotations)
	return nil
}

// belongs reports whether the operator made the object for this server. One without
// an owner, such as one that a deletion with --cascade=orphan left, belongs to the
// server that it names.
func belongs(server *oauthv1alpha1.OAuthServer, object *unstructured.Unstructured) bool {
	if owner := metav1.GetControllerOf(object); owner != nil {
		return owner.UID == server.UID
	}
	annotations := object.GetAnnotations()
	return object.GetLabels()[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfServer &&
		annotations[oauthv1alpha1.AnnotationServer] == server.Name &&
		annotations[oauthv1alpha1.AnnotationServerNamespace] == server.Namespace
}

// leaving reports whether the object is being deleted, or will be with a server of
// the same name that is gone.
func leaving(server *oauthv1alpha1.OAuthServer, object *unstructured.Unstructured) bool {
	owner := metav1.GetControllerOf(object)
	previous := owner != nil && owner.Kind == "OAuthServer" && strings.HasPrefix(owner.APIVersion, oauthv1alpha1.GroupVersion.Group+"/") &&
		owner.Name == server.Name && owner.UID != server.UID
	return previous || object.GetDeletionTimestamp() != nil
}

// covers reports whether present says all that wanted says. Lists must be as long:
// most of them are one value for the API server.
func covers(present, wanted any) bool {
	switch wanted := wanted.(type) {
	case map[string]any:
		present, ok := present.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range wanted {
			if there, ok := present[key]; !ok || !covers(there, value) {
				return false
			}
		}
		return true
	case []any:
		present, ok := present.([]any)
		if !ok || len(present) != len(wanted) {
			return false
		}
		for i, value := range wanted {
			if !covers(present[i], value) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(present, wanted)
}
