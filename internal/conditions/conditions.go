package conditions

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// maxMessage keeps a message within what a condition and an event may hold.
const maxMessage = 1000

// Set is the conditions of one object at one generation.
type Set struct {
	Conditions *[]metav1.Condition
	Generation int64
}

// True sets a condition to True.
func (s Set) True(conditionType, reason, message string) {
	s.set(conditionType, metav1.ConditionTrue, reason, message)
}

// False sets a condition to False.
func (s Set) False(conditionType, reason, message string) {
	s.set(conditionType, metav1.ConditionFalse, reason, message)
}

// Remove removes a condition.
func (s Set) Remove(conditionType string) {
	meta.RemoveStatusCondition(s.Conditions, conditionType)
}

// Ready says that the object does what its spec says.
func (s Set) Ready(message string) {
	s.True(oauthv1alpha1.ConditionReady, oauthv1alpha1.ReasonReady, message)
	s.Remove(oauthv1alpha1.ConditionReconciling)
	s.Remove(oauthv1alpha1.ConditionStalled)
}

// Stalled says that only a user can cure the object.
func (s Set) Stalled(reason, message string) {
	s.False(oauthv1alpha1.ConditionReady, reason, message)
	s.Remove(oauthv1alpha1.ConditionReconciling)
	s.True(oauthv1alpha1.ConditionStalled, reason, message)
}

// Reconciling says that the operator is still at it.
func (s Set) Reconciling(reason, message string) {
	s.False(oauthv1alpha1.ConditionReady, reason, message)
	s.True(oauthv1alpha1.ConditionReconciling, reason, message)
	s.Remove(oauthv1alpha1.ConditionStalled)
}

func (s Set) set(conditionType string, status metav1.ConditionStatus, reason, message string) {
	if len(message) > maxMessage {
		// Half a character would be stored as another one, and differ for ever.
		message = strings.ToValidUTF8(message[:maxMessage], "")
	}
	meta.SetStatusCondition(s.Conditions, metav1.Condition{
		Type: conditionType, Status: status, Reason: reason, Message: message, ObservedGeneration: s.Generation,
	})
}
