package reconcile

import (
	"errors"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var secrets = schema.GroupResource{Resource: "secrets"}

func TestWhatBecomesOfAnError(t *testing.T) {
	quota := apierrors.NewForbidden(secrets, "x", errors.New("exceeded quota"))
	terminating := apierrors.NewForbidden(secrets, "x", nil)
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	for sentence, test := range map[string]struct {
		err     error
		again   time.Duration
		fails   bool
		refused int32
	}{
		"none":                              {},
		"another write came first":          {err: apierrors.NewConflict(secrets, "x", errors.New("old")), again: ConflictDelay},
		"it exists already":                 {err: apierrors.NewAlreadyExists(secrets, "x"), again: ConflictDelay},
		"it is gone":                        {err: apierrors.NewNotFound(secrets, "x"), again: ConflictDelay},
		"its namespace is being deleted":    {err: terminating},
		"a quota, which only a user raises": {err: quota, fails: true, refused: 403},
		"too many requests":                 {err: apierrors.NewTooManyRequests("slow down", 1), fails: true},
		"the API server has an error":       {err: apierrors.NewInternalError(errors.New("etcd")), fails: true},
		"no answer":                         {err: errors.New("connection refused"), fails: true},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := test.err
			if err != nil {
				err = fmt.Errorf("write secret: %w", err)
			}
			result, failed := Result(err)
			if result.RequeueAfter != test.again || (failed != nil) != test.fails {
				t.Errorf("%v, %v", result, failed)
			}
			if code := Refused(err); code != test.refused {
				t.Errorf("refused with %d, not %d", code, test.refused)
			}
		})
	}
}

func TestTheEarliestRequeueWins(t *testing.T) {
	var again Requeue
	if again.Result().RequeueAfter != 0 {
		t.Error("it runs again without a reason")
	}
	for _, step := range []struct{ in, want time.Duration }{{time.Hour, time.Hour}, {time.Minute, time.Minute}, {time.Hour, time.Minute}, {0, shortest}} {
		if again.In(step.in); again.Result().RequeueAfter != step.want {
			t.Errorf("after %s it runs in %s, not %s", step.in, again.Result().RequeueAfter, step.want)
		}
	}
}

func TestTransition(t *testing.T) {
	condition := func(status metav1.ConditionStatus, reason, message string) []metav1.Condition {
		return []metav1.Condition{{Type: "Ready", Status: status, Reason: reason, Message: message}}
	}
	stored := condition("False", "Waiting", "a")
	for sentence, test := range map[string]struct {
		stored, current []metav1.Condition
		changed         bool
	}{
		"there is none":     {},
		"it is new":         {current: stored, changed: true},
		"it stays":          {stored: stored, current: stored},
		"its message":       {stored: stored, current: condition("False", "Waiting", "b")},
		"its reason":        {stored: stored, current: condition("False", "Refused", "a"), changed: true},
		"its status":        {stored: stored, current: condition("True", "Waiting", "a"), changed: true},
		"it was taken away": {stored: stored},
	} {
		t.Run(sentence, func(t *testing.T) {
			before, after := Transition(test.stored, test.current, "Ready")
			if (after != nil) != test.changed || (before != nil) != (test.stored != nil) {
				t.Errorf("from %v to %v", before, after)
			}
		})
	}
}
