package connectors

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/server/identity/oauth2"
	"github.com/grantor-dev/grantor/server/identity/oidc"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

const (
	// timeout is the limit of one call of a provider, maxBody that of the body of its answer, in
	// bytes.
	timeout = 5 * time.Second
	maxBody = 1 << 20
)

// ErrIncomplete says that a provider lacks the secret that its object names.
var ErrIncomplete = errors.New("the Secret of the provider is missing or cannot be used; see its condition CredentialsReady")

// Options are what connectors need.
type Options struct {
	// Networks returns those that may be called in any case.
	Networks func() []netip.Prefix
	// Now is the clock.
	Now func() time.Time
	// Providers are those whose connectors are kept.
	Providers Providers
}

// Providers knows which providers there are.
type Providers interface {
	// Provider returns the provider with a name, nil if there is none.
	Provider(name string) *providers.Provider
	// Version returns another number whenever the providers may have changed.
	Version() uint64
}

var _ Providers = (*providers.Registry)(nil)

// Registry has the connectors of a server.
type Registry struct {
	Options
	http *http.Client

	mu   sync.Mutex
	kept map[string]*kept
	// seen is the version of the providers when those that are gone were forgotten.
	seen uint64
}

type kept struct {
	version   string
	connector upstream.Connector
}

// New returns a Registry.
func New(options Options) *Registry {
	return &Registry{
		Options: options, kept: map[string]*kept{},
		http: outbound.New(outbound.Options{Networks: options.Networks, Timeout: timeout, MaxBody: maxBody}),
	}
}

// Of returns the connector of a provider. It calls nobody. It returns ErrIncomplete.
func (r *Registry) Of(p *providers.Provider) (upstream.Connector, error) {
	if !p.Complete {
		return nil, ErrIncomplete
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	if known := r.kept[p.Name]; known != nil && known.version == p.Version {
		return known.connector, nil
	}
	made, err := r.build(p)
	if err != nil {
		return nil, err
	}
	if r.Providers.Provider(p.Name) != nil {
		r.kept[p.Name] = &kept{p.Version, made}
	}
	return made, nil
}

// Forget drops the connectors of providers that are gone, for a caller that found one to be gone:
// nobody may ask for the connector of another.
func (r *Registry) Forget() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
}

// forget drops the connectors of providers that are gone, with their secrets.
func (r *Registry) forget() {
	version := r.Providers.Version()
	if version == r.seen {
		return
	}
	maps.DeleteFunc(r.kept, func(name string, _ *kept) bool { return r.Providers.Provider(name) == nil })
	r.seen = version
}

// Redirecting returns the connector of a provider on whose own pages users sign in, nil
// for a directory.
func (r *Registry) Redirecting(p *providers.Provider) (upstream.Redirecting, error) {
	c, err := r.Of(p)
	if err != nil {
		return nil, err
	}
	redirecting, _ := c.(upstream.Redirecting)
	return redirecting, nil
}

// Asker is a connector that says which accounts it can ask about again. A connector that is not
// an Asker can ask about all.
type Asker interface {
	Asks(known upstream.Account) bool
}

// Issued is a connector that knows the iss of authorization responses (RFC 9207).
type Issued interface {
	// CheckIssuer returns upstream.ErrMixedUp.
	CheckIssuer(ctx context.Context, issuer string) error
}

// SignsOut is a connector that knows where users sign out of the provider.
type SignsOut interface {
	LogoutURL(ctx context.Context, idToken string) string
}

// HearsLogout is a connector that verifies logout tokens.
type HearsLogout interface {
	// Logout returns oidc.ErrLogoutToken.
	Logout(ctx context.Context, token string) (oidc.Logout, error)
}

var (
	_ Asker       = (*oidc.Connector)(nil)
	_ Asker       = (*oauth2.Provider)(nil)
	_ Issued      = (*oidc.Connector)(nil)
	_ SignsOut    = (*oidc.Connector)(nil)
	_ HearsLogout = (*oidc.Connector)(nil)
)
