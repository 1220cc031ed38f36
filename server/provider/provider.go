package provider

import (
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/jwksets"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/marks"
)

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
	// Refusal returns why there is none, as a reason of the condition Accepted; "" if no
	// OAuthClient claims the ID.
	Refusal(id string) string
}

var _ Clients = (*clients.Registry)(nil)

// Marks remembers revoked tokens and used assertions.
type Marks interface {
	// Revoke stores that the token with the given id is revoked.
	Revoke(ctx context.Context, id string, expiresAt time.Time) error
	// Revoked reports whether it is.
	Revoked(ctx context.Context, id string) (bool, error)
	// Use stores that a client used the assertion with the given id, and returns
	// marks.ErrUsed if it was used before.
	Use(ctx context.Context, clientUID, id string, expiresAt time.Time) error
}

var _ Marks = (*marks.Store)(nil)

// People finds people.
type People interface {
	// Lookup returns the user with the given sub, or nil if there is none.
	Lookup(ctx context.Context, subject string) (*identity.Person, error)
}

var _ People = identity.Source(nil)

// Logins finds Logins.
type Logins interface {
	// Find returns the Login of a name that counts, or nil.
	Find(ctx context.Context, name string, now time.Time) (*logins.Login, error)
}

var _ Logins = (*logins.Store)(nil)

// Consents finds Consents.
type Consents interface {
	// Find returns what a person has allowed a client, or nil.
	Find(ctx context.Context, subject, clientUID string) (*consents.Consent, error)
}

var _ Consents = (*consents.Store)(nil)

// KeySets knows the keys that clients publish.
type KeySets interface {
	// Keys returns those of a client, and looks for new ones where none is a candidate.
	Keys(ctx context.Context, clientUID, uri string, candidate func(publickeys.Key) bool) ([]publickeys.Key, error)
}

var _ KeySets = (*jwksets.Store)(nil)

// ServiceAccounts knows tokens of ServiceAccounts.
type ServiceAccounts interface {
	// Review returns the name of the user whose token it is, "" if it is not authentic.
	Review(ctx context.Context, q serviceaccounts.Question) (string, error)
}

var _ ServiceAccounts = (*serviceaccounts.Reviewer)(nil)

// Options are what a provider needs.
type Options struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// Clients finds clients.
	Clients Clients
	// Marks remembers revoked tokens and used assertions.
	Marks Marks
	// People finds people.
	People People
	// Grants keeps what people authorized.
	Grants *grants.Store
	// Takes reports whether there is room for one more Grant of the client with the
	// given UID.
	Takes func(clientUID string) bool
	// Logins and Consents are what Grants rest on.
	Logins   Logins
	Consents Consents
	// ServiceAccounts knows tokens of ServiceAccounts.
	ServiceAccounts ServiceAccounts
	// KeySets knows the keys that clients publish.
	KeySets KeySets
	// ClientCAs returns the authorities of clients' certificates; nil for none.
	ClientCAs func() *x509.CertPool
	// Address returns where a request came from.
	Address func(r *http.Request) string
	// Keys are the server's keys.
	Keys *keys.Store
	// Now is the clock.
	Now func() time.Time
}

// Provider answers OAuth requests.
type Provider struct {
	Options
	fosite *fosite.Fosite
	grants []string
	// revocations and assertions are what clients may make this replica store.
	revocations, assertions *httpx.Quota
}

// New returns a provider.
func New(options Options) *Provider {
	p := &Provider{
		Options:     options,
		revocations: httpx.NewQuota(marksPerSecond, markBurst), assertions: httpx.NewQuota(marksPerSecond, markBurst),
	}
	handlers := grantHandlers(p)
	for _, handler := range handlers {
		if named, ok := handler.(interface{ grantType() string }); ok {
			p.grants = append(p.grants, named.grantType())
		}
	}
	p.fosite = fosite.NewOAuth2Provider(nil, newConfig(p.authenticate, handlers))
	return p
}

// GrantTypes returns the grants that the token endpoint handles.
func (p *Provider) GrantTypes() []string { return p.grants }
