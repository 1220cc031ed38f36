package objects

import (
	"errors"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// response returns the response for a registration.
func (r *Registrar) response(stored *registrations.Registration, client *clients.Client) (registration.Response, error) {
	set, err := r.Keys.Current()
	if err != nil {
		return registration.Response{}, httpx.Unavailable(err)
	}
	object := r.Clients.Candidate(stored.Namespace, stored.ClientName)
	if object == nil {
		return registration.Response{}, errGone()
	}
	out := registration.Response{
		Metadata: metadataOf(&object.Spec, object.Annotations[oauthv1alpha1.AnnotationSoftware]),
		ClientID: client.GetID(), IssuedAt: object.CreationTimestamp.Time,
		AccessToken: stored.Token(set, r.Issuer()), ClientURL: r.Issuer() + endpoints.Registration + "/" + stored.Name,
	}
	if secret, ok := client.DerivedSecret(); ok {
		// The key that it is derived from is kept for that long after the next key is in use.
		out.Secret, out.SecretExpiresAt = secret, r.Now().Add(keyring.ConsentLifetime)
	}
	return out, nil
}

func errGone() error {
	return httpx.InvalidToken("There is no such registration.")
}

// answer returns the httpx.Error for what storage says.
func answer(err error) error {
	if refused, ok := errors.AsType[*registrations.RefusedError](err); ok {
		return invalid("%s", refused.Why)
	}
	if apierrors.IsInvalid(err) {
		return invalid("The metadata cannot be stored.")
	}
	if errors.Is(err, registrations.ErrDeleted) {
		return httpx.Spent(http.StatusServiceUnavailable, again*time.Second, "The registration was deleted in the meantime, or the namespace is full. Try again.")
	}
	if errors.Is(err, storage.ErrConflict) {
		return httpx.Spent(http.StatusServiceUnavailable, time.Second, "The registration is being changed by another request. Try again.")
	}
	return httpx.Unavailable(err)
}
