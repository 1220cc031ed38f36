package token

import (
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Proofs verifies DPoP proofs.
type Proofs interface {
	// Proof returns the thumbprint of the key that the sender of a request to an endpoint has
	// proved to have, empty for a request without a proof, or an httpx.Error.
	Proof(w http.ResponseWriter, r *http.Request, path string) (string, error)
}

var _ Proofs = (*dpop.Verifier)(nil)

// bind returns what a request of a client has proved to have. It returns an httpx.Error.
func (e *Endpoint) bind(w http.ResponseWriter, r *http.Request, client *clients.Client) (proved grants.Confirmation, err error) {
	if proved.JKT, err = e.proofs.Proof(w, r, endpoints.Token); err != nil {
		return proved, err
	}
	proved.X5T = certificates.Thumbprint(r.Context())
	return proved, tokens.Bindable(client.Tokens().AccessBinding, proved)
}

// refreshBinding returns what the refresh tokens of a request's client are bound to: for a
// client without credentials, what the request has proved to have (RFC 9449 section 5, RFC
// 8705 section 4). Those of others are bound to the client.
func refreshBinding(request Request) grants.Confirmation {
	if request.Client.IsPublic() {
		return tokens.Bound(request.Client.Tokens().AccessBinding, request.Proved)
	}
	return grants.Confirmation{}
}

// errNotHeld is for a code or a refresh token that is bound to a key. Only the client to
// which it was issued gets to know that.
var errNotHeld = httpx.BadRequest(httpx.CodeInvalidGrant, "The code or refresh token is bound to another key or certificate than the one that the request proves to have.")

// bound returns what an access token for audiences is bound to, of what its request has
// proved to have. It returns an httpx.Error.
func bound(request Request, audiences []string) (grants.Confirmation, error) {
	binding, ok := request.Client.AccessBinding(audiences)
	if !ok {
		return grants.Confirmation{}, errBindings
	}
	return tokens.Bound(binding, request.Proved), tokens.Bindable(binding, request.Proved)
}

var errBindings = httpx.BadRequest(httpx.CodeInvalidTarget, "One resource requires tokens that are bound with DPoP, and another, or the client, with a certificate. Request a token for each.")
