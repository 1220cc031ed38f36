package sweeper

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
)

// maxCrowd bounds how many objects of a kind are looked at for the excess; the next sweep
// sees to the others.
const maxCrowd = 50_000

// excess deletes what users have beyond their bounds. Where a user may have too much,
// the objects of the kind are read once more.
func (r *run) excess(ctx context.Context) error {
	for _, kind := range kinds {
		if !r.crowds.found[kind.name] {
			continue
		}
		var items []record
		err := r.pages(ctx, kind, func(page []record) error {
			for _, item := range page {
				if len(items) < maxCrowd && r.crowded(item) {
					items = append(items, item)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := r.uncount(ctx, excessOf(items, r.there.Bounds, r.Now()), reasonExcess); err != nil {
			return err
		}
	}
	return nil
}

// crowded reports whether an object that stays otherwise may be beyond a bound.
func (r *run) crowded(item record) bool {
	if _, ok := labelled(item.expires); !ok || decide(item, r.there, r.Now()) != keep || item.leaving {
		return false
	}
	for i := range bounds {
		if r.crowds.has(i, item) {
			return true
		}
	}
	return false
}

// excessOf returns those of some objects of one kind that are beyond a bound: of each
// user the ones that were ended or end first, so that those stay that were used last. A
// Grant whose code may not have expired counts, and stays. That not all objects are known
// does no harm: whatever goes leaves as many as are allowed.
func excessOf(items []record, served map[string]serverspec.Bounds, now time.Time) []record {
	slices.SortFunc(items, func(a, b record) int {
		if a.ended != b.ended {
			return cmp.Compare(rank(a), rank(b))
		}
		return cmp.Or(a.expiresAt.Compare(b.expiresAt), a.issuedAt.Compare(b.issuedAt), cmp.Compare(a.name, b.name))
	})
	var gone []record
	for _, b := range bounds {
		have := b.count(items, served)
		items = slices.DeleteFunc(items, func(item record) bool {
			whose := inNamespace{item.namespace, b.of(item)}
			if item.kind != b.kind || have[whose] <= b.most(served[item.namespace]) || item.young(now) {
				return false
			}
			have[whose]--
			gone = append(gone, item)
			return true
		})
	}
	return gone
}

// count returns how many of some objects count for each user.
func (b bound) count(items []record, served map[string]serverspec.Bounds) map[inNamespace]int64 {
	have, ofClient := map[inNamespace]int64{}, map[inNamespace]int64{}
	for _, item := range items {
		client := inNamespace{item.namespace, ofBoth(item)}
		if item.kind != b.kind || b.perClient != nil && ofClient[client] >= b.perClient(served[item.namespace]) {
			continue
		}
		ofClient[client]++
		have[inNamespace{item.namespace, b.of(item)}]++
	}
	return have
}

// rank puts what was ended first.
func rank(r record) int {
	if r.ended {
		return 0
	}
	return 1
}
