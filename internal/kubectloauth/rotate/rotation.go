package rotate

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// rotation is one of a secret or of keys.
type rotation struct {
	object client.Object
	// title names the object for people, field the one that asks for a rotation.
	title, field string
	// format is the merge patch that sets the field of a resourceVersion to a time.
	format string
	// before is the rotation that was asked for before.
	before *metav1.Time
	// clear empties the object, to be read again: what is decoded into a list that has elements
	// keeps their values where the answer has none.
	clear func()
	// complete reports whether the status says that the rotation is done. waits says why it is
	// not, and done that it is.
	complete    func(requested time.Time) bool
	waits, done func() string
}

// soon is how long others may have asked in advance, who asked several times in a second.
const soon = 5 * time.Second

// request returns the time to ask with. It must differ from the one before, because the operator
// acts on each value once. A status has whole seconds.
func (r *rotation) request(now time.Time) (time.Time, error) {
	now = now.Truncate(time.Second)
	if r.before == nil || r.before.Time.Before(now) {
		return now, nil
	}
	if next := r.before.Truncate(time.Second).Add(time.Second); next.Sub(now) <= soon {
		return next, nil
	}
	return time.Time{}, fmt.Errorf("%s has a rotation for %s already (%s), which another request would replace: remove it first",
		r.title, r.before.UTC().Format(time.RFC3339), r.field)
}

// patch asks for the rotation, unless the object has changed since it was read: somebody else
// could have planned one.
func (r *rotation) patch(requested time.Time) client.Patch {
	return client.RawPatch(types.MergePatchType, fmt.Appendf(nil, r.format, r.object.GetResourceVersion(), requested.UTC().Format(time.RFC3339)))
}

// condition is what a condition says.
func condition(list []metav1.Condition, of string) string {
	found := meta.FindStatusCondition(list, of)
	if found == nil {
		return "the operator has not seen it yet"
	}
	return fmt.Sprintf("%s is %s: %s: %s", of, found.Status, found.Reason, found.Message)
}
