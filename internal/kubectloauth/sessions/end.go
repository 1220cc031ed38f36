package sessions

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// attempts are how often ending one object is tried: with the pauses, for six seconds.
var attempts = wait.Backoff{Duration: 50 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 8}

// End sets the state that ends a session. One that is gone, or whose name another object has
// by now, has ended.
func (r Reader) End(ctx context.Context, s Session) error {
	// With the UID, another object of this name is not touched.
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": s.Object.GetUID()}, "spec": map[string]any{"state": s.Kind.Ended},
	})
	if err != nil {
		return err
	}
	var last error
	err = wait.ExponentialBackoffWithContext(ctx, attempts, func(ctx context.Context) (bool, error) {
		// The answer is written into the object, so it gets a copy.
		object, ok := s.Object.DeepCopyObject().(client.Object)
		if !ok {
			return false, nil
		}
		last = r.Patch(ctx, object, client.RawPatch(types.MergePatchType, patch))
		if last == nil || apierrors.IsNotFound(last) {
			last = nil
			return true, nil
		}
		if apierrors.IsConflict(last) && r.replaced(ctx, s) {
			last = nil
			return true, nil
		}
		if transient(last) {
			return false, nil
		}
		return false, last
	})
	if last != nil {
		err = last
	}
	if apierrors.IsForbidden(err) {
		return r.explain(err, "patch", s.Kind)
	}
	return err
}

// replaced reports whether the object is gone, whatever has its name.
func (r Reader) replaced(ctx context.Context, s Session) bool {
	current, ok := s.Object.DeepCopyObject().(client.Object)
	if !ok {
		return false
	}
	err := r.Cluster.Get(ctx, client.ObjectKeyFromObject(s.Object), current)
	return apierrors.IsNotFound(err) || err == nil && current.GetUID() != s.Object.GetUID()
}

// transient reports whether the same request can succeed later; an error without a status
// is one of the connection.
func transient(err error) bool {
	if _, answered := errors.AsType[*apierrors.StatusError](err); !answered {
		return true
	}
	return apierrors.IsConflict(err) || apierrors.IsTooManyRequests(err) || apierrors.IsServerTimeout(err) ||
		apierrors.IsTimeout(err) || apierrors.IsInternalError(err) || apierrors.IsServiceUnavailable(err)
}
