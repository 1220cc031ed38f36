package hosts

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// countingMapper is a cluster without any kind that counts who asks.
type countingMapper struct {
	meta.RESTMapper
	asked int
}

func (m *countingMapper) RESTMapping(gk schema.GroupKind, versions ...string) (*meta.RESTMapping, error) {
	m.asked++
	return m.RESTMapper.RESTMapping(gk, versions...)
}

func TestAnAbsentKindIsLookedForNowAndThen(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	mapper := &countingMapper{RESTMapper: meta.NewDefaultRESTMapper(nil)}
	r := New(nil, mapper, func() time.Time { return now })
	for step, wanted := range []int{1, 1, 1, 2, 2} {
		_, err := r.Of(t.Context(), oauthv1alpha1.RedirectSourceHTTPRoute, client.ObjectKey{Namespace: "team", Name: "app"})
		if !meta.IsNoMatchError(err) {
			t.Fatal(err)
		}
		if mapper.asked != wanted {
			t.Errorf("step %d: asked %d times, wanted %d", step, mapper.asked, wanted)
		}
		now = now.Add(2 * time.Second)
	}
}
