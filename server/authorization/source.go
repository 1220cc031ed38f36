package authorization

import (
	"net/url"

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

// source returns where a request with the given parameters says what it asks for.
func (s *Service) source(set *keys.Set, form url.Values) source {
	return parameters{form, set, s.Issuer()}
}

// parameters are the source of a request that says everything itself.
type parameters struct {
	form   url.Values
	set    *keys.Set
	issuer string
}

func (p parameters) target(client *clients.Client) (*request.Request, error) {
	return request.Target(p.form, client)
}

func (p parameters) complete(r *request.Request, client *clients.Client) error {
	return r.Complete(p.form, client, request.IDTokenHint(p.set, p.issuer, client))
}
