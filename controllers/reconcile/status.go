package reconcile

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// PatchStatus writes the status of an object whose spec a reconcile does not change, if it
// differs from the stored one, and reports whether it did. The optimistic lock makes a
// decision fail that was taken on old facts, here or by another operator.
func PatchStatus(ctx context.Context, writer client.StatusClient, stored, object client.Object) (bool, error) {
	if equality.Semantic.DeepEqual(stored, object) {
		return false, nil
	}
	patch := client.MergeFromWithOptions(stored, client.MergeFromWithOptimisticLock{})
	if err := writer.Status().Patch(ctx, object, patch, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return false, fmt.Errorf("patch status: %w", err)
	}
	return true, nil
}

// Transition returns a condition before and after a reconcile; after is nil unless its
// status or reason changed, before is nil for a condition that is new.
func Transition(stored, current []metav1.Condition, conditionType string) (before, after *metav1.Condition) {
	before, after = meta.FindStatusCondition(stored, conditionType), meta.FindStatusCondition(current, conditionType)
	if after == nil || before != nil && before.Status == after.Status && before.Reason == after.Reason {
		return before, nil
	}
	return before, after
}

// Announce records a condition as an event.
func Announce(recorder events.EventRecorder, object client.Object, eventType string, condition *metav1.Condition) {
	recorder.Eventf(object, nil, eventType, condition.Reason, "Reconcile", "%s", condition.Message)
}

// AnnounceReady records that Ready changed: as a warning where it is not true, except for
// reasons that a user asked for. That a new object is ready at once is not recorded.
func AnnounceReady(recorder events.EventRecorder, object client.Object, stored, current []metav1.Condition, asked ...string) {
	before, after := Transition(stored, current, oauthv1alpha1.ConditionReady)
	if after == nil || before == nil && after.Status == metav1.ConditionTrue {
		return
	}
	eventType := corev1.EventTypeWarning
	if after.Status == metav1.ConditionTrue || slices.Contains(asked, after.Reason) {
		eventType = corev1.EventTypeNormal
	}
	Announce(recorder, object, eventType, after)
}
