package lookup

import (
	"k8s.io/client-go/tools/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Trim is for the cache: it drops what the operator does not read of an OAuthClient, which
// can be as large as its owner wants. The operator writes nothing of it but its status.
func Trim() cache.TransformFunc {
	return func(object any) (any, error) {
		if c, ok := object.(*oauthv1alpha1.OAuthClient); ok {
			c.ManagedFields, c.Annotations, c.Spec.Contacts = nil, nil, nil
		}
		return object, nil
	}
}
