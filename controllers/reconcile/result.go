package reconcile

import (
	"errors"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
)

const (
	// ConflictDelay is how long a reconcile waits for the cache after it lost a race.
	ConflictDelay = 200 * time.Millisecond
	// shortest keeps a reconcile of what is due already from running without a pause.
	shortest = 50 * time.Millisecond
	// A failed reconcile is tried again after firstRetry, then after twice as long each
	// time, up to lastRetry: an API server that comes back finds the operator awake.
	firstRetry = 100 * time.Millisecond
	lastRetry  = 30 * time.Second
)

// RateLimiter returns how failed reconciles of a controller are spaced.
func RateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](firstRetry, lastRetry)
}

// Result keeps what is expected in a busy cluster out of the error log: a lost race is
// tried again, and in a namespace that is being deleted nothing is left to do.
func Result(err error) (ctrl.Result, error) {
	switch {
	case LostRace(err):
		return ctrl.Result{RequeueAfter: ConflictDelay}, nil
	case Terminating(err):
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, err
}

// LostRace reports whether a write failed because another one came first, a deletion
// included.
func LostRace(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err)
}

// Terminating reports whether a write failed because its namespace is being deleted.
func Terminating(err error) bool {
	return apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}

// Refused returns the HTTP status with which a write was refused for a reason that only a
// user can cure, such as a quota or an admission policy; zero for what a retry can cure.
func Refused(err error) int32 {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || Terminating(err) {
		return 0
	}
	switch code := status.Status().Code; {
	case code < 400, code >= 500,
		code == http.StatusUnauthorized, code == http.StatusNotFound, code == http.StatusConflict, code == http.StatusTooManyRequests:
		return 0
	default:
		return code
	}
}

// Requeue is when to reconcile again at the latest; its zero value is never.
type Requeue struct{ after time.Duration }

// In asks for a reconcile after a pause. The earliest one wins.
func (r *Requeue) In(pause time.Duration) {
	if r.after == 0 || pause < r.after {
		r.after = max(pause, shortest)
	}
}

// Result returns the result of a reconcile that succeeded.
func (r *Requeue) Result() ctrl.Result { return ctrl.Result{RequeueAfter: r.after} }
