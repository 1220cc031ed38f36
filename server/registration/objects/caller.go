package objects

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Scope is the scope that an access token must have to register clients.
const Scope = "registration"

// caller is who registers clients, and where.
type caller struct {
	// name is that of a client or ServiceAccount; uid distinguishes clients that have had the
	// same name.
	name, uid, namespace string
}

// callerOf returns who sent a token, or an httpx.Error.
func (r *Registrar) callerOf(ctx context.Context, by registration.Bearer) (caller, error) {
	claims, err := r.Tokens.Access(by.Token)
	if err != nil {
		return caller{}, err
	}
	var c caller
	if claims != nil {
		c, err = r.ofToken(ctx, claims)
	} else {
		c, err = r.ofServiceAccount(ctx, by)
	}
	if err != nil {
		return caller{}, err
	}
	return c, r.spend(c)
}

// spend counts a request of a caller.
func (r *Registrar) spend(c caller) error {
	if wait := r.Limiter.Take(r.Now(), limits.Share{Kind: "registrant", Key: c.name, Budget: perCaller}); wait > 0 {
		return httpx.Spent(http.StatusTooManyRequests, wait, "Too many requests with tokens of this client or ServiceAccount. Try again later.")
	}
	return nil
}

// ofToken returns the client that got an access token for itself. A token of a user is refused:
// users have no rights in a namespace.
func (r *Registrar) ofToken(ctx context.Context, claims *tokens.AccessClaims) (caller, error) {
	settings := r.Settings().Registration
	namespace, listed := settings.ForToken(claims.ClientID)
	switch {
	case claims.Confirmation != (grants.Confirmation{}):
		return caller{}, httpx.InvalidToken("The access token is bound to a key or a certificate; register clients with a token that is not bound.")
	case !slices.Contains(claims.Audience, r.Issuer()):
		return caller{}, httpx.InvalidToken("The access token is for another audience; request a token for the issuer.")
	case claims.Exchanges > 0:
		return caller{}, httpx.InvalidToken("The access token was exchanged; request one with client_credentials.")
	case claims.Grant != "":
		return caller{}, httpx.InvalidToken("The access token is a user's; request one with client_credentials.")
	case !slices.Contains(strings.Fields(claims.Scope), Scope):
		return caller{}, errScope("The access token was not granted the scope registration.")
	}
	client, _, err := r.Tokens.Owner(ctx, claims)
	if err != nil {
		return caller{}, err
	}
	if client == nil {
		return caller{}, httpx.InvalidToken("The access token is no longer valid.")
	}
	if !listed {
		return caller{}, errScope("The client may not register others: spec.registration.namespaces of the OAuthServer does not list it.")
	}
	return caller{client.GetID(), string(client.UID()), namespace}, nil
}

// ofServiceAccount returns the ServiceAccount whose token it is. Only a token that looks like
// one for this issuer reaches the API server.
func (r *Registrar) ofServiceAccount(ctx context.Context, by registration.Bearer) (caller, error) {
	assertion, err := assertions.Parse(by.Token)
	if err != nil || !assertion.OfServiceAccount() {
		return caller{}, httpx.InvalidToken("The token is neither a valid access token of this server nor a token of a ServiceAccount.")
	}
	name, issuer := assertion.Claims.Subject, r.Issuer()
	if !assertion.MayBeOf([]string{name}, issuer, r.Now()) {
		return caller{}, httpx.InvalidToken("The token of the ServiceAccount must have the issuer as its only audience, and must not have expired.")
	}
	parts := strings.Split(name, ":")
	if len(parts) != 4 {
		return caller{}, httpx.InvalidToken("The token is not one of a ServiceAccount.")
	}
	namespace := parts[2]
	labels, unknown := r.Clients.NamespaceLabels(namespace)
	settings := r.Settings().Registration
	if unknown || !settings.ForServiceAccounts(namespace, labels) {
		return caller{}, errScope("ServiceAccounts of this namespace may not register clients: spec.registration.namespaces of the OAuthServer does not name it with serviceAccounts: Own.")
	}
	username, err := r.ServiceAccounts.Review(ctx, serviceaccounts.Question{Token: by.Token, Audience: issuer, Address: by.Address, Client: namespace})
	if err != nil {
		return caller{}, httpx.Unavailable(err)
	}
	if username != name {
		return caller{}, httpx.InvalidToken("The token of the ServiceAccount is not authentic.")
	}
	return caller{name: name, namespace: namespace}, nil
}

func errScope(description string) error {
	return &httpx.Error{Code: httpx.CodeInsufficientScope, Description: description, Status: http.StatusForbidden, Scheme: httpx.SchemeBearer}
}
