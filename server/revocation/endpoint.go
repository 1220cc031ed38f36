package revocation

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/server/capacity"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/marks"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Clients authenticates clients.
type Clients interface {
	// Authenticate returns the client that sent a request.
	Authenticate(r *http.Request, form url.Values) (*clients.Client, error)
}

// Marks remembers revoked tokens.
type Marks interface {
	// Revoke stores that a client revoked the token with the given id.
	Revoke(ctx context.Context, clientUID, id string, expiresAt time.Time) error
}

// Capacity bounds what is stored.
type Capacity interface {
	// Revocation takes room for one more Mark of a client, or returns an httpx.Error.
	Revocation(clientUID string) error
}

// Grants ends Grants.
type Grants interface {
	// Revoke ends the Grant of a name.
	Revoke(ctx context.Context, name string) error
}

var (
	_ Marks    = (*marks.Store)(nil)
	_ Grants   = (*grants.Store)(nil)
	_ Capacity = (*capacity.Capacity)(nil)
)

// Endpoint is the revocation endpoint.
type Endpoint struct {
	clients  Clients
	tokens   *tokens.Verifier
	grants   Grants
	marks    Marks
	capacity Capacity
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// New returns the endpoint.
func New(clients Clients, tokens *tokens.Verifier, grants Grants, revoked Marks, room Capacity) *Endpoint {
	return &Endpoint{clients: clients, tokens: tokens, grants: grants, marks: revoked, capacity: room}
}

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	caller, err := e.clients.Authenticate(r, r.PostForm)
	if err != nil {
		return err
	}
	token := r.PostForm.Get("token")
	if token == "" {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'token' is missing.")
	}
	if err := e.revoke(r.Context(), caller, token); err != nil {
		return err
	}
	// Clients ignore the body (RFC 7009 section 2.2). Those that read every answer as JSON
	// find some.
	httpx.WriteJSON(w, http.StatusOK, struct{}{})
	return nil
}
