package sweeper

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// forgetful answers each page but the first once with 410 Gone, as an API server
// does that has compacted its history; with the token of which it resumes.
type forgetful struct {
	client.Client
	forgot map[string]int
}

func (f *forgetful) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	asked := (&client.ListOptions{}).ApplyOptions(options).Continue
	token, _ := base64.RawURLEncoding.DecodeString(asked)
	var fields map[string]any
	if json.Unmarshal(token, &fields) != nil || fields["rv"] == int64(-1) {
		return f.Client.List(ctx, list, options...)
	}
	f.forgot[asked]++
	fields["rv"] = -1
	token, _ = json.Marshal(fields)
	gone := apierrors.NewResourceExpired("the provided continue parameter is too old")
	gone.ErrStatus.Continue = base64.RawURLEncoding.EncodeToString(bytes.TrimSpace(token))
	return gone
}

func (p place) count(t testing.TB) int {
	t.Helper()
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind("GrantList"))
	if err := p.List(t.Context(), list, client.InNamespace(p.namespace)); err != nil {
		t.Fatal(err)
	}
	return len(list.Items)
}

func TestManyPagesWhileTheAPIServerForgets(t *testing.T) {
	p := newPlace(t)
	many := p.population()
	many.Live, many.Expired = 1100, 150
	if err := many.Create(t.Context(), p, 16); err != nil {
		t.Fatal(err)
	}
	s := newSweeper(t)
	f := &forgetful{Client: s.Sessions, forgot: map[string]int{}}
	s.Sessions = f
	if deleted := sweep(t, s); deleted != many.Expired {
		t.Errorf("%d Grants were deleted, not %d", deleted, many.Expired)
	}
	if len(f.forgot) == 0 {
		t.Error("nothing was forgotten")
	}
	if left := p.count(t); left != many.Live {
		t.Errorf("%d Grants are left, not %d", left, many.Live)
	}
	if sessions := p.published(t); sessions == nil || sessions.Grants != int64(many.Live) {
		t.Errorf("the status says %+v", sessions)
	}
}

func TestD30TwoSweepersAtOnce(t *testing.T) {
	p := newPlace(t)
	many := p.population()
	many.Live, many.Expired = 20, 120
	if err := many.Create(t.Context(), p, 16); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var deleted [2]int
	for i := range deleted {
		s := newSweeper(t)
		group.Go(func() {
			var err error
			if deleted[i], err = s.Sweep(t.Context()); err != nil {
				t.Errorf("sweep: %v", err)
			}
		})
	}
	group.Wait()
	// A deletion that finds the object gone is nobody's.
	if deleted[0]+deleted[1] != many.Expired || p.count(t) != many.Live {
		t.Errorf("%v were deleted of %d; %d are left of %d", deleted, many.Expired, p.count(t), many.Live)
	}
}

func TestAnInterruptedSweepIsResumed(t *testing.T) {
	p := newPlace(t)
	many := p.population()
	many.Live, many.Expired = 5, 40
	if err := many.Create(t.Context(), p, 16); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := newSweeper(t)
	seen := 0
	s.Sessions = &interposed{Client: s.Sessions, before: func(client.Object) {
		if seen++; seen == 10 {
			cancel()
		}
	}}
	deleted, err := s.Sweep(ctx)
	// The workers may have sent what they had begun.
	if !errors.Is(err, context.Canceled) || deleted > 10+8 || p.published(t) != nil {
		t.Errorf("an interrupted sweep deletes %d and returns %v", deleted, err)
	}
	// What a worker had sent is deleted, whether or not it saw the answer.
	again := sweep(t, newSweeper(t))
	if left := many.Expired - deleted; again > left || again < left-8 || p.count(t) != many.Live {
		t.Errorf("the next sweep deletes %d, after %d of %d", again, deleted, many.Expired)
	}
}

// TestOneObjectThatStaysStopsNothing: a deletion that fails is reported, and what
// comes after it is deleted all the same.
func TestOneObjectThatStaysStopsNothing(t *testing.T) {
	p := newPlace(t)
	many := p.population()
	many.Expired = 10
	if err := many.Create(t.Context(), p, 4); err != nil {
		t.Fatal(err)
	}
	s := newSweeper(t)
	s.Sessions = &stubborn{Client: s.Sessions}
	deleted, err := s.Sweep(t.Context())
	if err == nil || deleted != many.Expired-1 {
		t.Errorf("%d of %d were deleted: %v", deleted, many.Expired, err)
	}
}

// stubborn refuses the first deletion.
type stubborn struct {
	client.Client
	refused atomic.Bool
}

func (s *stubborn) Delete(ctx context.Context, object client.Object, options ...client.DeleteOption) error {
	if s.refused.CompareAndSwap(false, true) {
		return &apierrors.StatusError{ErrStatus: metav1.Status{Code: http.StatusInternalServerError, Reason: metav1.StatusReasonInternalError}}
	}
	return s.Client.Delete(ctx, object, options...)
}
