package token

import (
	"context"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Grant is one way to get tokens (RFC 6749 section 1.3).
type Grant interface {
	// Type returns its grant_type.
	Type() string
	// Authorize returns what the client of a request is issued. The client has
	// authenticated and may use the grant. It returns an httpx.Error.
	Authorize(ctx context.Context, request Request) (Issue, error)
}

// Request is a token request of a client that has authenticated.
type Request struct {
	Client *clients.Client
	Form   url.Values
	// Proved is what the request has proved to have, to which its access token is bound.
	Proved grants.Confirmation
	// HTTP is the request itself, for where it came from.
	HTTP *http.Request
}

// Issue is what a client is issued.
type Issue struct {
	tokens.Content
	// IssuedTokenType is the type of a token that was exchanged for another (RFC 8693 section
	// 3); SubjectClient and SubjectAudiences are those of the other.
	IssuedTokenType  string
	SubjectClient    string
	SubjectAudiences []string
	// Commit stores what the answer promises; nil if there is nothing to store. It is called
	// last.
	Commit func(ctx context.Context) error
}
