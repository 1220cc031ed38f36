package source

import (
	"context"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/server/authorization/object"
	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
)

// Source is where an authorization request says what it asks for.
type Source interface {
	// Target returns a request that knows where its answer goes. Its errors are for the
	// user.
	Target(client *clients.Client) (*request.Request, error)
	// Complete reads the rest. Its errors are for the application.
	Complete(r *request.Request, client *clients.Client) error
}

// Of returns where a request with the given parameters, at a time, says what it asks for. Next to
// a request_uri that this server issued, everything but client_id is ignored. Its errors are for
// the user.
func Of(ctx context.Context, objects *object.Reader, set *keys.Set, issuer string, client *clients.Client, form url.Values, now time.Time) (Source, error) {
	if uri := form.Get("request_uri"); pushed.Is(uri) {
		return reference{uri, set, issuer, now}, nil
	}
	form, signed, err := objects.Parameters(ctx, client, form)
	return parameters{form, signed, set, issuer}, err
}

// StillKnown checks that a client may still have what a request begins with.
func StillKnown(r *request.Request, client *clients.Client) error {
	if client == nil || string(client.UID()) != r.ClientUID || !r.Answerable(client) {
		return httpx.BadRequest(httpx.CodeInvalidClient, "The application is no longer known here.")
	}
	return nil
}

// parameters are the source of a request that says everything itself, or that a request
// object says.
type parameters struct {
	form   url.Values
	signed bool
	set    *keys.Set
	issuer string
}

// Target implements Source.
func (p parameters) Target(client *clients.Client) (*request.Request, error) {
	r, err := request.Target(p.form, client)
	if err == nil {
		r.Signed = p.signed
	}
	return r, err
}

// Complete implements Source.
func (p parameters) Complete(r *request.Request, client *clients.Client) error {
	return r.Complete(p.form, client, request.IDTokenHint(p.set, p.issuer, client))
}

// reference is the source of a request that was pushed, and complete already then.
type reference struct {
	uri    string
	set    *keys.Set
	issuer string
	now    time.Time
}

// Target implements Source.
func (f reference) Target(client *clients.Client) (*request.Request, error) {
	if client == nil {
		return nil, request.ErrUnknownClient
	}
	r, err := pushed.Open(f.set, f.issuer, client.GetID(), f.uri, f.now)
	if err != nil {
		return nil, err
	}
	return r, StillKnown(r, r.Of(client))
}

// Complete implements Source.
func (reference) Complete(*request.Request, *clients.Client) error { return nil }
