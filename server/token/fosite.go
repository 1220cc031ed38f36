package token

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// requests are token requests as fosite reads them: it checks their form and has their
// client authenticated. Which grant they are for is decided in token.go, because fosite's
// handlers do too much at once (docs/design/sessions.md).
type requests struct{ fosite *fosite.Fosite }

// newRequests returns requests whose clients are authenticated by identify.
func newRequests(identify func(r *http.Request, form url.Values) (*clients.Client, error)) requests {
	authenticate := func(_ context.Context, r *http.Request, form url.Values) (fosite.Client, error) {
		client, err := identify(r, form)
		if err != nil {
			return nil, err
		}
		return fositeClient{client}, nil
	}
	// What is not set, fosite's getters fill in on first use, where concurrent requests race.
	return requests{fosite.NewOAuth2Provider(nil, &fosite.Config{
		ClientAuthenticationStrategy: authenticate,
		ClientSecretsHasher:          refuseHasher{},
		TokenEndpointHandlers:        fosite.TokenEndpointHandlers{everyGrant{}},
		ScopeStrategy:                fosite.ExactScopeStrategy,
		AudienceMatchingStrategy:     refuseAudiences,
		SendDebugMessagesToClients:   false,
	})}
}

// errForeignClient says that fosite was composed with types that are not ours.
var errForeignClient = errors.New("the request does not carry a client of this server")

// accept returns a token request that httpx.ParseForm has read, once its client has
// authenticated.
func (q requests) accept(ctx context.Context, r *http.Request) (Request, error) {
	request, err := q.fosite.NewAccessRequest(ctx, r, &fosite.DefaultSession{})
	if err != nil {
		return Request{}, readable(err)
	}
	client, ok := request.GetClient().(fositeClient)
	if !ok {
		return Request{}, errForeignClient
	}
	return Request{Client: client.Client, Form: request.GetRequestForm()}, nil
}

// readable turns a refusal of fosite into one for the client. Only texts are passed on;
// causes go to the log.
func readable(err error) error {
	refusal, ok := errors.AsType[*fosite.RFC6749Error](err)
	if !ok || refusal.CodeField >= http.StatusInternalServerError {
		return err
	}
	description := refusal.HintField
	if description == "" {
		description = refusal.DescriptionField
	}
	return &httpx.Error{Code: refusal.ErrorField, Description: description, Status: refusal.CodeField}
}

// everyGrant is the handler of all token requests. It requires that the client
// authenticates, and leaves the rest to the phases.
type everyGrant struct{}

var _ fosite.TokenEndpointHandler = everyGrant{}

// CanHandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (everyGrant) CanHandleTokenEndpointRequest(context.Context, fosite.AccessRequester) bool {
	return true
}

// CanSkipClientAuth implements fosite.TokenEndpointHandler.
func (everyGrant) CanSkipClientAuth(context.Context, fosite.AccessRequester) bool { return false }

// HandleTokenEndpointRequest implements fosite.TokenEndpointHandler.
func (everyGrant) HandleTokenEndpointRequest(context.Context, fosite.AccessRequester) error {
	return nil
}

// PopulateTokenEndpointResponse implements fosite.TokenEndpointHandler. It is never called.
func (everyGrant) PopulateTokenEndpointResponse(context.Context, fosite.AccessRequester, fosite.AccessResponder) error {
	return fosite.ErrUnknownRequest
}

// fositeClient is a client as fosite knows it. It is as large as a pointer, so that it
// costs no allocation.
type fositeClient struct{ *clients.Client }

var _ fosite.Client = fositeClient{}

// GetHashedSecret returns nil: fosite's hasher cannot bind a digest to a client.
func (fositeClient) GetHashedSecret() []byte { return nil }

// GetGrantTypes implements fosite.Client.
func (c fositeClient) GetGrantTypes() fosite.Arguments { return c.Client.GetGrantTypes() }

// GetResponseTypes returns nothing: fosite answers no authorization requests here.
func (fositeClient) GetResponseTypes() fosite.Arguments { return nil }

// GetScopes implements fosite.Client.
func (c fositeClient) GetScopes() fosite.Arguments { return c.Client.GetScopes() }

// GetAudience implements fosite.Client.
func (c fositeClient) GetAudience() fosite.Arguments { return c.Client.GetAudience() }

// refuseAudiences makes sure that fosite never compares audiences by itself.
func refuseAudiences(_, _ []string) error { return fosite.ErrServerError }

// refuseHasher makes sure that fosite never compares a secret by itself.
type refuseHasher struct{}

var _ fosite.Hasher = refuseHasher{}

// Compare implements fosite.Hasher.
func (refuseHasher) Compare(context.Context, []byte, []byte) error { return fosite.ErrInvalidClient }

// Hash implements fosite.Hasher.
func (refuseHasher) Hash(context.Context, []byte) ([]byte, error) {
	return nil, fosite.ErrServerError
}
