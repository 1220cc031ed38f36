package lifecycle

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A backup of the values alone, without the labels by which the operator finds
// the Secret, restores as well.
func TestKeysRestoredWithoutLabelsCureTheServer(t *testing.T) {
	g := grantor(t)
	c := service(t, g, namespace(t), "patient")
	first := value(t, g, c)
	backup := reload(t, g, keySecret()).DeepCopy()
	remove(t, g, keySecret())
	awaitServer(t, g, oauthv1alpha1.ConditionStalled, true, endToEnd)
	restoreKeys(t, g, backup.Data, nil, nil)
	defer restoreKeys(t, g, backup.Data, backup.Labels, backup.Annotations)
	awaitServer(t, g, oauthv1alpha1.ConditionStalled, false, 65*time.Second)
	if now := value(t, g, c); now != first {
		t.Error("the client's secret changed")
	}
}
