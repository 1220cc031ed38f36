package token

import (
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// bind returns what a request of a client has proved to have, to which its access token is
// bound. It returns an httpx.Error.
func (e *Endpoint) bind(client *clients.Client) (grants.Confirmation, error) {
	var proved grants.Confirmation
	return proved, tokens.Bindable(client, proved)
}

// refreshBinding returns what the refresh tokens of a request's client are bound to: for a
// client without credentials, what the request has proved to have (RFC 9449 section 5, RFC
// 8705 section 4). Those of others are bound to the client.
func refreshBinding(request Request) grants.Confirmation {
	if request.Client.IsPublic() {
		return request.Proved
	}
	return grants.Confirmation{}
}

// errNotHeld is for a code or a refresh token that is bound to a key. Only the client to
// which it was issued gets to know that.
var errNotHeld = httpx.BadRequest(httpx.CodeInvalidGrant, "The code or refresh token is bound to another key or certificate than the one that the request has proved to have.")
