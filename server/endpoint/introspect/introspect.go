package introspect

import (
	"context"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/provider"
)

// Introspector knows tokens.
type Introspector interface {
	// Authenticate returns the client that sent a request.
	Authenticate(r *http.Request, form url.Values) (*clients.Client, error)
	// Introspect returns what a client may know of a token.
	Introspect(ctx context.Context, caller *clients.Client, token string) (*provider.Introspection, error)
}

// Endpoint is the introspection endpoint.
type Endpoint struct {
	Introspector Introspector
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	caller, err := e.Introspector.Authenticate(r, r.PostForm)
	if err != nil {
		return err
	}
	token := r.PostForm.Get("token")
	if token == "" {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'token' is missing.")
	}
	introspection, err := e.Introspector.Introspect(r.Context(), caller, token)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, introspection)
	return nil
}
