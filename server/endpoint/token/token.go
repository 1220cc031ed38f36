package token

import (
	"context"
	"net/http"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/provider"
)

// Issuer issues tokens.
type Issuer interface {
	// Token answers a token request that was parsed.
	Token(ctx context.Context, r *http.Request) (*provider.TokenResponse, error)
}

// Endpoint is the token endpoint.
type Endpoint struct {
	Issuer Issuer
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	response, err := e.Issuer.Token(r.Context(), r)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, response)
	return nil
}
