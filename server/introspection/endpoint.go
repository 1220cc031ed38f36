package introspection

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Clients authenticates clients.
type Clients interface {
	// Authenticate returns the client that sent a request.
	Authenticate(r *http.Request, form url.Values) (*clients.Client, error)
}

// Endpoint is the introspection endpoint.
type Endpoint struct {
	Clients Clients
	Tokens  *tokens.Verifier
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	caller, err := e.Clients.Authenticate(r, r.PostForm)
	if err != nil {
		return err
	}
	token := r.PostForm.Get("token")
	if token == "" {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'token' is missing.")
	}
	response, err := e.introspect(r.Context(), caller, token)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, response)
	return nil
}
