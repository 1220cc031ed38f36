package sweeper

import (
	"context"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

func TestWhatHasExpiredGoesAndTheRestStays(t *testing.T) {
	p := newPlace(t)
	gone, live, bare := p.sessions(3*time.Hour), p.sessions(-2*time.Hour), p.sessions(5*time.Hour)
	young := p.sessions(4 * time.Hour)["Grant"].(*sessionv1alpha1.Grant)
	// Its code was redeemed a moment ago, with a lifetime of a second.
	young.Spec.IssuedAt.Time = time.Now()
	relabelled := p.sessions(-3 * time.Hour)["Grant"]
	relabelled.GetLabels()[sessionv1alpha1.LabelExpires] = "2020-01-01T00"
	for _, kind := range bare {
		kind.SetLabels(map[string]string{sessionv1alpha1.LabelExpires: "never"})
	}
	bare["Grant"].SetLabels(nil)
	for _, objects := range []map[string]client.Object{gone, live, bare, {"young": young, "relabelled": relabelled}} {
		for _, object := range objects {
			p.create(t, object)
		}
	}

	if deleted := sweep(t, newSweeper(t)); deleted != len(gone) {
		t.Errorf("%d objects were deleted, not %d", deleted, len(gone))
	}
	for kind, object := range gone {
		if p.has(t, object) {
			t.Errorf("an expired %s is still there", kind)
		}
	}
	for kind := range gone {
		if !p.has(t, live[kind]) {
			t.Errorf("a %s that lives was deleted", kind)
		}
		if !p.has(t, bare[kind]) {
			t.Errorf("a %s without a label was deleted", kind)
		}
	}
	if !p.has(t, young) {
		t.Error("a Grant was deleted whose code could be used again")
	}
	if !p.has(t, relabelled) {
		t.Error("a label that somebody changed deleted a Grant")
	}
}

// interposed does something before each deletion, one at a time.
type interposed struct {
	client.Client
	mu     sync.Mutex
	before func(client.Object)
}

func (i *interposed) Delete(ctx context.Context, object client.Object, options ...client.DeleteOption) error {
	i.mu.Lock()
	i.before(object)
	i.mu.Unlock()
	return i.Client.Delete(ctx, object, options...)
}

func TestWhatChangedSinceItWasListedStays(t *testing.T) {
	p := newPlace(t)
	changed, replaced := p.sessions(3 * time.Hour)["Grant"], p.sessions(4 * time.Hour)["Grant"]
	p.create(t, changed)
	p.create(t, replaced)
	s := newSweeper(t)
	s.Sessions = &interposed{Client: s.Sessions, before: func(object client.Object) {
		switch object.GetName() {
		case changed.GetName():
			patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"annotations":{"a":"b"}}}`))
			if err := p.Patch(t.Context(), changed, patch); err != nil {
				t.Error(err)
			}
		case replaced.GetName():
			p.remove(t, replaced)
			replaced.SetResourceVersion("")
			replaced.SetUID("")
			p.create(t, replaced)
		}
	}}
	if deleted := sweep(t, s); deleted != 0 || !p.has(t, changed) || !p.has(t, replaced) {
		t.Errorf("%d objects were deleted that were not those in the list", deleted)
	}
	if deleted := sweep(t, newSweeper(t)); deleted != 2 {
		t.Errorf("the next sweep deletes %d of 2", deleted)
	}
}
