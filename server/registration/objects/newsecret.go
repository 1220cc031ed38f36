package objects

import (
	"context"
	"errors"
	"net/http"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// NewSecret returns a client secret of a client that the bearer of a token registered, and its
// generation. Soon after the registration, when nobody was told another, it is the first one.
// Later it replaces the present one. That is void from then on, so whoever uses it notices.
func (r *Registrar) NewSecret(ctx context.Context, by registration.Bearer, id string) (secret string, generation int64, err error) {
	object, stored, err := r.own(ctx, by, id, r.Registrations.Find)
	if err == nil {
		err = r.mayHaveSecret(object, stored)
	}
	event := audit.Event{Decision: audit.Registration}
	if err != nil {
		event.Refused = httpx.CodeOf(err)
		audit.Record(ctx, event)
		return "", 0, err
	}
	var response registration.Response
	generation = shown(object).Secret
	if r.isFirst(stored, generation) {
		event.Subject = stored.Registrant
		response, err = r.recorded(ctx, event, stored)
	} else {
		generation++
		response, err = r.update(ctx, stored, withSecret(stored.Client, generation))
	}
	if errors.Is(err, errNotServed) {
		err = errUntold
	}
	if err == nil {
		err = r.isOf(object, generation)
	}
	if err != nil {
		return "", 0, err
	}
	return response.Secret, generation, nil
}

// VoidSecret makes the client secret of a generation void, of a client that the bearer of a token
// registered. The next one counts from then on, and nobody is told it.
func (r *Registrar) VoidSecret(ctx context.Context, by registration.Bearer, id string, generation int64) error {
	object, stored, err := r.own(ctx, by, id, r.Registrations.Find)
	if err == nil {
		err = r.mayHaveSecret(object, stored)
	}
	if err == nil && shown(object).Secret != generation {
		err = httpx.NotFound()
	}
	if err == nil {
		err = r.changeable(object)
	}
	if err != nil {
		audit.Record(ctx, audit.Event{Decision: audit.Registration, Refused: httpx.CodeOf(err)})
		return err
	}
	_, err = r.update(ctx, stored, withSecret(stored.Client, generation+1))
	return err
}

// errUntold says that a client secret was replaced, and by which one nobody is told. The same
// request would replace the next one as well, which somebody else may have been told.
var errUntold = httpx.Spent(http.StatusServiceUnavailable, again*time.Second,
	"The client secret was replaced or is being replaced, and the next one cannot be told here. Ask for another unless somebody else just did.")

// isOf returns an httpx.Error if the client secret of an OAuthClient is of another generation
// than what is about to be told, because somebody edited it at the same time.
func (r *Registrar) isOf(object *oauthv1alpha1.OAuthClient, generation int64) error {
	current := r.Clients.Candidate(object.Namespace, object.Name)
	if current == nil || shown(current).Secret != generation {
		return errUntold
	}
	return nil
}

// isFirst reports whether the client secret of a generation is one that nobody was told long ago.
func (r *Registrar) isFirst(stored *registrations.Registration, generation int64) bool {
	return generation == 1 && r.Now().Sub(stored.Created) <= retold
}

// mayHaveSecret returns an httpx.Error if a client gets no client secret at present.
func (r *Registrar) mayHaveSecret(object *oauthv1alpha1.OAuthClient, stored *registrations.Registration) error {
	if err := r.unaccepted(stored); err != nil {
		return err
	}
	generation := shown(object).Secret
	switch {
	case generation == 0:
		return invalid("The client has no client secret, because of authentication.method of its OAuthClient.")
	case registered.Generation(object) < stored.Generation && stored.Refusal == "":
		// What the other request changes would be lost, or its secret void.
		return httpx.Spent(http.StatusServiceUnavailable, again*time.Second, "Another request changes the client, and the operator has not applied it yet. Try again later.")
	case r.isFirst(stored, generation):
		return nil
	}
	return r.changeable(object)
}

// withSecret returns what a Registration says to replace the client secret. Whatever somebody
// edits in the OAuthClient stays.
func withSecret(client registered.Client, generation int64) registered.Client {
	client.Spec.Secret.Derived = &oauthv1alpha1.DerivedSecret{Generation: generation}
	client.SecretOnly = true
	return client
}
