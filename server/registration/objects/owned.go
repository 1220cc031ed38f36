package objects

import (
	"context"
	"net/http"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// Client is one that the bearer of a token registered.
type Client struct {
	ID, Name, LogoURI string
	RedirectURIs      []string
	// Secret is which of its client secrets counts; 0 for a client without one.
	Secret int64
}

// List returns the clients that the bearer of a token registered. It returns an httpx.Error, as
// all of these do.
func (r *Registrar) List(ctx context.Context, by registration.Bearer) ([]Client, error) {
	who, err := r.callerOf(ctx, by)
	if err != nil {
		return nil, err
	}
	out := []Client{}
	for _, object := range r.Clients.RegisteredBy(who.namespace, who.name) {
		out = append(out, shown(object))
	}
	return out, nil
}

// Get returns a client that the bearer of a token registered.
func (r *Registrar) Get(ctx context.Context, by registration.Bearer, id string) (Client, error) {
	_, object, err := r.owned(ctx, by, id)
	if err != nil {
		return Client{}, err
	}
	return shown(object), nil
}

// Delete ends the registration of a client that the bearer of a token registered.
func (r *Registrar) Delete(ctx context.Context, by registration.Bearer, id string) error {
	_, stored, err := r.own(ctx, by, id, r.Registrations.FindEnding)
	if err != nil {
		audit.Record(ctx, audit.Event{Decision: audit.Deregistration, Refused: httpx.CodeOf(err)})
		return err
	}
	return r.end(ctx, stored)
}

// own returns an OAuthClient that the bearer of a token registered, and its Registration.
func (r *Registrar) own(
	ctx context.Context, by registration.Bearer, id string, find func(context.Context, string) (*registrations.Registration, error),
) (*oauthv1alpha1.OAuthClient, *registrations.Registration, error) {
	who, object, err := r.owned(ctx, by, id)
	if err != nil {
		return nil, nil, err
	}
	stored, err := r.registrationOf(ctx, who, object, find)
	return object, stored, err
}

// shown returns what the registrant of an OAuthClient may know of it.
func shown(object *oauthv1alpha1.OAuthClient) Client {
	spec := &object.Spec
	out := Client{ID: object.ClientID(), Name: spec.DisplayName, LogoURI: string(spec.LogoURI), RedirectURIs: textsOf(spec.RedirectURIs)}
	if spec.Authentication.Method.HasSecret() && spec.Secret.Derived != nil {
		out.Secret = spec.Secret.Derived.Generation
	}
	return out
}

// owned returns an OAuthClient that the bearer of a token registered, and who that is. Others do
// not look different from those that are not there.
func (r *Registrar) owned(ctx context.Context, by registration.Bearer, id string) (caller, *oauthv1alpha1.OAuthClient, error) {
	who, err := r.callerOf(ctx, by)
	if err != nil {
		return caller{}, nil, err
	}
	name, _ := strings.CutPrefix(id, who.namespace+".")
	object := r.Clients.Candidate(who.namespace, name)
	if object == nil || object.Labels[oauthv1alpha1.LabelRegistered] == "" ||
		object.Annotations[oauthv1alpha1.AnnotationRegistrant] != who.name || object.ClientID() != id {
		return caller{}, nil, errNotOwned()
	}
	return who, object, nil
}

// registrationOf reads the Registration of an OAuthClient. Whoever may edit OAuthClients can
// write into one whatever they like, so the Registration decides whose it is.
func (r *Registrar) registrationOf(
	ctx context.Context, who caller, object *oauthv1alpha1.OAuthClient, find func(context.Context, string) (*registrations.Registration, error),
) (*registrations.Registration, error) {
	name := object.Annotations[oauthv1alpha1.AnnotationRegistration]
	if !registrations.ValidName(name) {
		return nil, errNotOwned()
	}
	stored, err := find(ctx, name)
	if err != nil {
		return nil, answer(err)
	}
	if stored == nil || stored.Registrant != who.name || stored.Client.RegistrantUID != who.uid || stored.Namespace != object.Namespace || stored.ClientName != object.Name ||
		object.Labels[oauthv1alpha1.LabelRegistered] != string(stored.UID) {
		return nil, errNotOwned()
	}
	return stored, nil
}

func errNotOwned() error {
	return &httpx.Error{Code: httpx.CodeNotFound, Status: http.StatusNotFound, Description: "The bearer of the token registered no such client."}
}
