package lifecycle

import (
	"fmt"
	"maps"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/test/installation"
)

// events counts the events about an object by type and reason.
func events(t testing.TB, g *installation.Installation, object client.Object) map[string]int {
	t.Helper()
	list := &corev1.EventList{}
	if err := g.Admin.List(t.Context(), list, client.InNamespace(object.GetNamespace())); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, event := range list.Items {
		if event.InvolvedObject.UID != object.GetUID() {
			continue
		}
		count := 1
		if event.Series != nil {
			count = int(event.Series.Count)
		}
		counts[event.Type+" "+event.Reason] += count
	}
	return counts
}

// awaitEvents waits until the events about an object are exactly the given ones.
func awaitEvents(t testing.TB, g *installation.Installation, object client.Object, want map[string]int) {
	t.Helper()
	var got map[string]int
	installation.Eventually(t, 5*time.Second, func() bool {
		got = events(t, g, object)
		return maps.Equal(got, want)
	}, func() string { return fmt.Sprintf("events %v; there are %v", want, got) })
}

// awaitEvent waits until there is an event of the type and reason.
func awaitEvent(t testing.TB, g *installation.Installation, object client.Object, typeAndReason string) {
	t.Helper()
	var got map[string]int
	installation.Eventually(t, 5*time.Second, func() bool {
		got = events(t, g, object)
		return got[typeAndReason] > 0
	}, func() string { return fmt.Sprintf("event %q; there are %v", typeAndReason, got) })
}
