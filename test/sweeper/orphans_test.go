package sweeper

import (
	"context"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

func TestSessionsOfWhoIsGone(t *testing.T) {
	tests := map[string]struct {
		change func(testing.TB, place)
		// gone are the kinds that go.
		gone []string
	}{
		"nobody":                   {func(testing.TB, place) {}, nil},
		"the client":               {func(t testing.TB, p place) { p.remove(t, p.app) }, []string{"Grant", "Consent"}},
		"the user":                 {func(t testing.TB, p place) { p.remove(t, p.user) }, []string{"Grant", "Consent", "Login", "Approval", "Connection"}},
		"the server and all":       {func(t testing.TB, p place) { p.remove(t, p.server); p.remove(t, p.app); p.remove(t, p.user) }, nil},
		"a client that came again": {func(t testing.TB, p place) { p.remove(t, p.app); p.again(t, p.app) }, []string{"Grant", "Consent"}},
		"a user that came again":   {func(t testing.TB, p place) { p.remove(t, p.user); p.again(t, p.user) }, []string{"Grant", "Consent", "Login", "Approval", "Connection"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			objects := p.sessions(-2 * time.Hour)
			objects["Grant"].(*sessionv1alpha1.Grant).Spec.IssuedAt.Time = time.Now().Add(-time.Hour)
			young := p.sessions(-3 * time.Hour)["Grant"].(*sessionv1alpha1.Grant)
			young.Spec.IssuedAt.Time = time.Now()
			for _, object := range objects {
				p.create(t, object)
			}
			p.create(t, young)
			test.change(t, p)
			s := newSweeper(t)
			sweep(t, s)
			for kind, object := range objects {
				wanted := true
				for _, gone := range test.gone {
					wanted = wanted && gone != kind
				}
				if p.has(t, object) != wanted {
					t.Errorf("%s: still there: %v", kind, !wanted)
				}
			}
			if !p.has(t, young) {
				t.Error("a Grant was deleted whose code could be used again")
			}
			// When its code has expired, it goes like the others.
			s.Now = func() time.Time { return time.Now().Add(serverspec.MaxDeviceCode + 6*time.Minute) }
			sweep(t, s)
			if p.has(t, young) != (len(test.gone) == 0) {
				t.Errorf("a Grant of which the code has expired: still there: %v", len(test.gone) != 0)
			}
		})
	}
}

func (p place) again(t testing.TB, object client.Object) {
	t.Helper()
	copied, _ := object.DeepCopyObject().(client.Object)
	copied.SetUID("")
	copied.SetResourceVersion("")
	p.create(t, copied)
}

// blind is a cache that has not seen anything but servers.
type blind struct{ client.Reader }

func (b blind) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	return b.Reader.List(ctx, list, append(options, client.InNamespace("nowhere"))...)
}

// TestAnEmptyCacheDeletesNothing: what counts is what the API server says.
func TestAnEmptyCacheDeletesNothing(t *testing.T) {
	p := newPlace(t)
	objects := p.sessions(-2 * time.Hour)
	objects["Grant"].(*sessionv1alpha1.Grant).Spec.IssuedAt.Time = time.Now().Add(-time.Hour)
	for _, object := range objects {
		p.create(t, object)
	}
	s := newSweeper(t)
	s.Cached = servers{blind{s.Live}, s.Live}
	if deleted := sweep(t, s); deleted != 0 {
		t.Errorf("%d objects of clients and users that exist were deleted", deleted)
	}
}
