package objects

import (
	"context"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// NewSecret returns a client secret of a client that the bearer of a token registered, and its
// generation. Soon after the registration, when nobody was told another, it is the first one.
// Later it replaces the present one, which is void from then on, so that whoever uses that hears
// of it.
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
		return response.Secret, generation, err
	}
	generation++
	response, err = (&Management{Registrar: r}).store(ctx, stored, withSecret(stored.Client, object, generation))
	return response.Secret, generation, err
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
	case r.isFirst(stored, generation):
		return nil
	}
	return (&Management{Registrar: r}).changeable(object)
}

// withSecret returns what an OAuthClient is made of with another client secret. What somebody
// edited since stays.
func withSecret(client registered.Client, object *oauthv1alpha1.OAuthClient, generation int64) registered.Client {
	registered.Carry(&client.Spec, registered.Client{Spec: *object.Spec.DeepCopy()})
	client.Spec.Secret.Derived = &oauthv1alpha1.DerivedSecret{Generation: generation}
	return client
}
