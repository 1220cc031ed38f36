package keys

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// enrolled reports whether an Enrollment is sealed with a root key, or that is not known.
// Servers seal it with the next one when its user gives a factor or sets a password, and not when
// the user signs in with an own password alone. The second factors of a user who
// stays away must not be lost.
func (r *Reconciler) enrolled(ctx context.Context, server *oauthv1alpha1.OAuthServer, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	list := &sessionv1alpha1.EnrollmentList{}
	err := r.Registrations.List(ctx, list, client.InNamespace(server.Namespace), client.MatchingLabels{sessionv1alpha1.LabelRoot: rootLabel(id)}, client.Limit(1))
	if err != nil {
		return !meta.IsNoMatchError(err) && !apierrors.IsNotFound(err)
	}
	return len(list.Items) > 0
}

// rootLabel is what servers call a root key in what is sealed with it.
func rootLabel(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:6])
}
