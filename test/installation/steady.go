package installation

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// RequestsDuring returns the requests at the API server in the next time that all filters accept.
func (i *Installation) RequestsDuring(t testing.TB, period time.Duration, counted ...func(devenv.RequestKey) bool) devenv.Counts {
	t.Helper()
	count := func() devenv.Counts {
		counts, err := devenv.RequestCounts(t.Context(), i.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		return counts.Filter(counted...)
	}
	before := count()
	select {
	case <-time.After(period):
	case <-t.Context().Done():
	}
	return count().Diff(before)
}

// AwaitQuiet waits until there is no such request for a second.
func (i *Installation) AwaitQuiet(t testing.TB, bound time.Duration, counted ...func(devenv.RequestKey) bool) {
	t.Helper()
	var last devenv.Counts
	Eventually(t, bound, func() bool {
		last = i.RequestsDuring(t, time.Second, counted...)
		return last.Sum() == 0
	}, func() string { return "end of the work; in the last second:\n" + last.String() })
}

// AwaitNoNamespaceEnds waits until the namespaces of earlier tests are gone, whose end is work
// for everybody.
func (i *Installation) AwaitNoNamespaceEnds(t testing.TB) {
	t.Helper()
	namespaces := &corev1.NamespaceList{}
	Eventually(t, time.Minute, func() bool {
		if err := i.Admin.List(t.Context(), namespaces); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(namespaces.Items, func(n corev1.Namespace) bool { return n.DeletionTimestamp != nil })
	}, func() string { return "end of the namespaces of earlier tests" })
}
