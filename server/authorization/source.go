package authorization

import (
	"context"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
)

// source is where an authorization request says what it asks for.
type source interface {
	// target returns a request that knows where its answer goes. Its errors are for the
	// user.
	target(client *clients.Client) (*request.Request, error)
	// complete reads the rest. Its errors are for the application.
	complete(r *request.Request, client *clients.Client) error
}

// source returns where a request with the given parameters says what it asks for. Next to a
// request_uri that this server issued, everything but client_id is ignored. Its errors are
// for the user.
func (s *Service) source(ctx context.Context, set *keys.Set, client *clients.Client, form url.Values) (source, error) {
	if uri := form.Get("request_uri"); pushed.Is(uri) {
		return reference{uri, set, s.Issuer(), s.Now()}, nil
	}
	form, signed, err := s.Objects.Parameters(ctx, client, form)
	return parameters{form, signed, set, s.Issuer()}, err
}

// parameters are the source of a request that says everything itself, or that a request
// object says.
type parameters struct {
	form   url.Values
	signed bool
	set    *keys.Set
	issuer string
}

func (p parameters) target(client *clients.Client) (*request.Request, error) {
	r, err := request.Target(p.form, client)
	if err == nil {
		r.Signed = p.signed
	}
	return r, err
}

func (p parameters) complete(r *request.Request, client *clients.Client) error {
	return r.Complete(p.form, client, request.IDTokenHint(p.set, p.issuer, client))
}

// reference is the source of a request that was pushed, and complete already then.
type reference struct {
	uri    string
	set    *keys.Set
	issuer string
	now    time.Time
}

func (f reference) target(client *clients.Client) (*request.Request, error) {
	if client == nil {
		return nil, request.ErrUnknownClient
	}
	r, err := pushed.Open(f.set, f.issuer, client.GetID(), f.uri, f.now)
	if err != nil {
		return nil, err
	}
	return r, stillKnown(r, r.Of(client))
}

func (reference) complete(*request.Request, *clients.Client) error { return nil }
