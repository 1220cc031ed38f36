package rotate

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// again is the time between two looks at the status.
const again = 500 * time.Millisecond

// rotated is what a rotation is asked for.
type rotated interface {
	object() client.Object
	// title names the object for people, field the one that asks.
	title() string
	field() string
	// before is the rotation that was asked for before; refused says why there can be none.
	before() *time.Time
	refused() error
	patch(requested time.Time) client.Patch
	// complete reports whether the status says that the rotation is done; state says what it
	// says else.
	complete(requested time.Time) bool
	state() string
	done() string
}

// request returns the time to ask with: a new value, since each is met once. A status has
// whole seconds.
func request(r rotated, now time.Time) (time.Time, error) {
	if err := r.refused(); err != nil {
		return time.Time{}, err
	}
	now = now.Truncate(time.Second)
	before := r.before()
	if before == nil || before.Before(now) {
		return now, nil
	}
	if next := before.Truncate(time.Second).Add(time.Second); next.Sub(now) <= time.Minute {
		return next, nil
	}
	return time.Time{}, fmt.Errorf("%s has a rotation for %s already (%s), which another request would replace: remove it first",
		r.title(), before.UTC().Format(time.RFC3339), r.field())
}

func merge(format string, at time.Time) client.Patch {
	return client.RawPatch(types.MergePatchType, fmt.Appendf(nil, format, at.UTC().Format(time.RFC3339)))
}

// await looks at the status until the rotation is done. What it last said is in the error.
func await(ctx context.Context, in *cluster.Cluster, r rotated, requested time.Time) error {
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	uid := r.object().GetUID()
	for {
		err := in.Get(ctx, client.ObjectKeyFromObject(r.object()), r.object())
		switch {
		case apierrors.IsNotFound(err) || err == nil && r.object().GetUID() != uid:
			return fmt.Errorf("it was deleted")
		case apierrors.IsForbidden(err):
			return err
		case err == nil && r.complete(requested):
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s", cli.Plain(r.state()))
		case <-ticker.C:
		}
	}
}
