package copies

import (
	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/watch"
)

// KnownApprovals finds Approvals in their copy.
type KnownApprovals struct {
	*watch.Copy

	namespace string
}

// KnownApprovals returns what finds Approvals in their copy.
func (c *Copies) KnownApprovals() KnownApprovals { return KnownApprovals{c.Approvals, c.namespace} }

// Get returns an Approval, nil for none. It must not be changed.
func (k KnownApprovals) Get(name string) *sessionv1alpha1.Approval {
	object, ok, err := k.Objects().GetByKey(k.namespace + "/" + name)
	if err != nil || !ok {
		return nil
	}
	a, _ := object.(*sessionv1alpha1.Approval)
	return a
}
