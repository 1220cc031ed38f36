package keys

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/registered"
)

// references are the peppers that clients need, by their ids.
type references struct{ newest, old map[string]bool }

func (r *references) add(c *oauthv1alpha1.OAuthClient) {
	if r.newest == nil {
		r.newest, r.old = map[string]bool{}, map[string]bool{}
	}
	for i, credential := range c.Status.Credentials {
		if i == 0 {
			r.newest[credentials.PepperID(credential.Digest)] = true
		} else {
			r.old[credentials.PepperID(credential.Digest)] = true
		}
	}
	r.newest[credentials.PepperID(c.Status.RedirectURIsSeal)] = true
}

// need reports whether a client needs a pepper. Of one that may have leaked
// only those count that can be moved to another.
func (r *references) need(id string, revoked bool) bool {
	return r.newest[id] || r.old[id] && !revoked
}

// readTimeout bounds the reading of Registrations, whose API server can be another one.
const readTimeout = 5 * time.Second

// seals reports whether a Registration is sealed with a pepper, or that is not known. The
// operator seals it with the next one (controllers/registration).
func (r *Reconciler) seals(ctx context.Context, server *oauthv1alpha1.OAuthServer, ring keyring.Ring, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	list := &sessionv1alpha1.RegistrationList{}
	if err := r.Registrations.List(ctx, list, client.InNamespace(server.Namespace)); err != nil {
		return !meta.IsNoMatchError(err) && !apierrors.IsNotFound(err)
	}
	peppers, err := ring.Peppers(r.Now())
	if err != nil {
		return true
	}
	for i := range list.Items {
		// One that was made up must not keep it.
		s := &list.Items[i].Spec
		if s.Server == server.Name && s.State == sessionv1alpha1.RegistrationRegistered && credentials.PepperID(s.Seal) == id &&
			registered.Parts(&list.Items[i]).Sealed(peppers, s.Seal) {
			return true
		}
	}
	return false
}
