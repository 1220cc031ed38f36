package revoke

import (
	"context"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Revoker ends tokens.
type Revoker interface {
	// Authenticate returns the client that sent a request.
	Authenticate(r *http.Request, form url.Values) (*clients.Client, error)
	// Revoke ends a token of a client.
	Revoke(ctx context.Context, caller *clients.Client, token string) error
}

// Endpoint is the revocation endpoint.
type Endpoint struct {
	Revoker Revoker
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	caller, err := e.Revoker.Authenticate(r, r.PostForm)
	if err != nil {
		return err
	}
	token := r.PostForm.Get("token")
	if token == "" {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'token' is missing.")
	}
	if err := e.Revoker.Revoke(r.Context(), caller, token); err != nil {
		return err
	}
	// Clients ignore the body (RFC 7009 section 2.2). Those that read every answer as JSON
	// find some.
	httpx.WriteJSON(w, http.StatusOK, struct{}{})
	return nil
}
