package sweeper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=grants;logins;consents;marks;approvals;connections;persons;enrollments,verbs=list;delete

const (
	// page is the number of objects in one request: few, because what others ask waits
	// while the API server writes a page and the operator reads it.
	page = 100
	// maxSuspects bounds what a sweep remembers; the next one finds the others.
	maxSuspects = 20_000
)

// scan reads all objects of a kind once: deletes what has expired, remembers whose
// client or user seems to be gone, and counts the others. A label selector would find
// what has expired for much less, and nothing of the rest.
func (r *run) scan(ctx context.Context, kind kind) error {
	return r.pages(ctx, kind, func(items []record) error {
		var gone []record
		for _, item := range items {
			if r.settle(item) == expired {
				gone = append(gone, item)
			}
		}
		return r.removeAll(ctx, gone, reasonExpired)
	})
}

// pages reads all objects of a kind, page by page.
func (r *run) pages(ctx context.Context, kind kind, visit func([]record) error) error {
	next, again := "", false
	for {
		list, items := kind.page()
		start := time.Now()
		err := r.Sessions.List(ctx, list, client.Limit(page), client.Continue(next))
		if from := resume(err); from != "" && !again {
			next, again = from, true
			continue
		}
		if err != nil {
			return fmt.Errorf("list objects of kind %s: %w", kind.name, err)
		}
		rest(ctx, time.Since(start))
		if err := visit(items()); err != nil {
			return err
		}
		if next, again = list.GetContinue(), false; next == "" {
			return nil
		}
	}
}

// settle decides what becomes of an object, and counts and remembers what stays.
func (r *run) settle(item record) fate {
	fate := decide(item, r.there, r.Now())
	if fate == expired {
		return fate
	}
	if fate == suspect && len(r.suspects) < maxSuspects {
		r.suspects = append(r.suspects, item)
	}
	if whose := item.owner(); r.there.LackProvider(whose) {
		r.missing.Add(whose)
	}
	r.counts.add(item)
	r.crowds.add(item)
	return fate
}

// orphans deletes the suspects whose client or user does not exist. It asks the API
// server after the suspects were listed: a client or user that was made in between
// exists then, and one that is not there does not come back with the same UID.
func (r *run) orphans(ctx context.Context) error {
	if len(r.suspects) == 0 {
		return nil
	}
	there, err := owners.Read(ctx, r.Live)
	if err != nil {
		return err
	}
	there.Confirm(r.absent)
	gone := slices.DeleteFunc(r.suspects, func(item record) bool { return decide(item, there, r.Now()) != suspect })
	return r.uncount(ctx, gone, reasonOrphaned)
}

// uncount deletes objects that were counted.
func (r *run) uncount(ctx context.Context, gone []record, reason string) error {
	if err := r.removeAll(ctx, gone, reason); err != nil {
		return err
	}
	for _, item := range gone {
		r.counts.subtract(item)
	}
	return nil
}

// resume returns where to go on after the API server has forgotten the state in
// which a list began (410 Gone): at the same place, in the present state. It returns
// "" for any other error.
func resume(err error) string {
	var status apierrors.APIStatus
	if !apierrors.IsResourceExpired(err) || !errors.As(err, &status) {
		return ""
	}
	return status.Status().Continue
}
