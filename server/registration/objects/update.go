package objects

import (
	"context"
	"errors"
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// changeable returns an httpx.Error if metadata cannot change an OAuthClient at present.
func (r *Registrar) changeable(object *oauthv1alpha1.OAuthClient) error {
	settings := r.Settings().Registration
	labels, unknown := r.Clients.NamespaceLabels(object.Namespace)
	switch {
	case unknown || !settings.Admits(object.Namespace, labels):
		return denied("Clients can no longer be registered in the namespace: spec.registration.namespaces of the OAuthServer does not list it.")
	case object.Spec.Suspend:
		return denied("The client is suspended (spec.suspend of the OAuthClient).")
	case !registered.Changeable(&object.Spec):
		return denied("The OAuthClient was edited: it has an authentication.method that cannot be registered.")
	}
	return nil
}

func denied(description string) error {
	return &httpx.Error{Code: httpx.CodeAccessDenied, Description: description, Status: http.StatusForbidden}
}

// attempts limits how often a change is tried again after a conflict, such as with a write of
// the operator.
const attempts = 3

// update stores a changed client, and waits until every replica has loaded it.
func (r *Registrar) update(ctx context.Context, stored *registrations.Registration, client registered.Client) (registration.Response, error) {
	for try := 1; ; try++ {
		generation := stored.Generation
		stored.Client, stored.Generation = client, generation+1
		changed, err := r.Registrations.Update(ctx, stored)
		if err == nil {
			return r.recorded(ctx, audit.Event{Decision: audit.Registration, Subject: stored.Registrant}, changed)
		}
		if !errors.Is(err, storage.ErrConflict) || try == attempts {
			return registration.Response{}, answer(err)
		}
		if stored, err = r.Registrations.Find(ctx, stored.Name); err != nil {
			return registration.Response{}, answer(err)
		}
		if stored == nil || stored.Generation != generation {
			return registration.Response{}, answer(storage.ErrConflict)
		}
	}
}

// end deletes a registration (RFC 7592 section 2.3).
func (r *Registrar) end(ctx context.Context, stored *registrations.Registration) error {
	event := audit.Event{Decision: audit.Deregistration, Client: named{stored}, Subject: stored.Registrant}
	err := httpx.UnavailableIf(r.Registrations.Delete(ctx, stored.Name))
	if err == nil {
		err = r.ended(ctx, stored)
	}
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	}
	audit.Record(ctx, event)
	return err
}

// named is the client of a Registration, whether or not its OAuthClient exists.
type named struct{ *registrations.Registration }

// GetID implements audit.Client.
func (n named) GetID() string { return n.Registration.Namespace + "." + n.ClientName }

// Namespace implements audit.Client.
func (n named) Namespace() string { return n.Registration.Namespace }

// Name implements audit.Client.
func (n named) Name() string { return n.ClientName }
