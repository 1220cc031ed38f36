package objects

import (
	"context"
	"net/http"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// unaccepted returns an httpx.Error if the OAuthClient of a Registration exists but the server
// refuses it, for example because it was suspended or a policy changed, so that waiting is
// useless.
func (r *Registrar) unaccepted(stored *registrations.Registration) error {
	object := r.Clients.Candidate(stored.Namespace, stored.ClientName)
	if object == nil || object.Labels[oauthv1alpha1.LabelRegistered] != string(stored.UID) || registered.Generation(object) != stored.Generation {
		return nil
	}
	refusal, err := r.Clients.Refuses(object)
	if err != nil || refusal == nil {
		return httpx.UnavailableIf(err)
	}
	return &httpx.Error{Code: httpx.CodeAccessDenied, Description: refusal.Message, Status: http.StatusForbidden}
}

// errNotServed says that the operator or a replica takes long.
var errNotServed = httpx.Spent(http.StatusServiceUnavailable, again*time.Second,
	"The registration is stored, and not every replica accepts the client yet. Send the same request again.")

// served waits until every replica accepts the client of a Registration.
func (r *Registrar) served(ctx context.Context, stored *registrations.Registration) (*clients.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker, live := time.NewTicker(look), time.NewTicker(lookLive)
	defer ticker.Stop()
	defer live.Stop()
	if err := r.unaccepted(stored); err != nil {
		return nil, err
	}
	if client, err := r.Clients.Registered(stored.Namespace, stored.ClientName, stored.UID, r.present(stored)); err != nil || client != nil {
		return client, httpx.UnavailableIf(err)
	}
	if err := r.Room.enter(stored.Namespace); err != nil {
		return nil, err
	}
	defer r.Room.leave(stored.Namespace)
	for {
		client, err := r.Clients.Registered(stored.Namespace, stored.ClientName, stored.UID, r.present(stored))
		if err != nil {
			return nil, httpx.Unavailable(err)
		}
		if client != nil {
			return client, nil
		}
		select {
		case <-ctx.Done():
			return nil, errNotServed
		case <-live.C:
			if err := r.refused(ctx, stored.Name); err != nil {
				return nil, err
			}
		case <-ticker.C:
		}
	}
}

// present returns the generation of a Registration that its client should have. If a change was
// refused, this is the generation that the OAuthClient was made from.
func (r *Registrar) present(stored *registrations.Registration) int64 {
	if object := r.Clients.Candidate(stored.Namespace, stored.ClientName); object != nil && stored.Refusal != "" {
		return registered.Generation(object)
	}
	return stored.Generation
}

// refused returns an httpx.Error if a Registration that was stored was refused or deleted.
func (r *Registrar) refused(ctx context.Context, name string) error {
	current, err := r.Registrations.Find(ctx, name)
	switch {
	case err != nil:
		return answer(err)
	case current == nil:
		return answer(registrations.ErrDeleted)
	case current.Refusal != "":
		return invalid("%s", current.Refusal)
	}
	return nil
}

// ended waits until the replica's copy has no OAuthClient of a Registration that was deleted.
func (r *Registrar) ended(ctx context.Context, stored *registrations.Registration) error {
	if !r.isThere(stored) {
		return nil
	}
	if err := r.Room.enter(stored.Namespace); err != nil {
		return err
	}
	defer r.Room.leave(stored.Namespace)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for r.isThere(stored) {
		select {
		case <-ctx.Done():
			return httpx.Spent(http.StatusServiceUnavailable, again*time.Second,
				"The registration ends, and the operator has not deleted the OAuthClient yet. Send the same request again.")
		case <-ticker.C:
		}
	}
	return nil
}

// isThere reports whether the replica's copy has the OAuthClient of a Registration.
func (r *Registrar) isThere(stored *registrations.Registration) bool {
	object := r.Clients.Candidate(stored.Namespace, stored.ClientName)
	return object != nil && object.Labels[oauthv1alpha1.LabelRegistered] == string(stored.UID)
}
