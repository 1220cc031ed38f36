package objects

import (
	"context"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/registrations"
	"github.com/grantor-dev/grantor/server/tokens"
)

const (
	// patience is how long a request waits until every replica accepts its client.
	patience = 10 * time.Second
	// look is how often to look at the copy, and lookLive how often to ask whether the
	// operator refused the client.
	look, lookLive = 20 * time.Millisecond, 2 * time.Second
	// again is when to send a request again for which that took longer, in seconds.
	again = 5
)

// perCaller is how often one caller may register or manage clients.
var perCaller = limits.Budget{Burst: 60, Every: time.Second}

// Clients knows OAuthClients and their namespaces.
type Clients interface {
	Objects
	Namespaces
	Owned
}

// Owned knows who registered which OAuthClients.
type Owned interface {
	// RegisteredBy returns those of a namespace that someone registered, by their names.
	RegisteredBy(namespace, registrant string) []*oauthv1alpha1.OAuthClient
}

// Objects knows OAuthClients.
type Objects interface {
	// Candidate returns the OAuthClient with the given name, nil for none.
	Candidate(namespace, name string) *oauthv1alpha1.OAuthClient
	// Registered returns the client of a generation of a Registration, nil until every replica
	// has loaded it.
	Registered(namespace, name string, registration types.UID, generation int64) (*clients.Client, error)
	// Refuses returns why an OAuthClient would not be accepted, nil if it would.
	Refuses(object *oauthv1alpha1.OAuthClient) (*clientspec.Refusal, error)
}

// Namespaces knows namespaces.
type Namespaces interface {
	// CountRegistered returns how many OAuthClients of a namespace were registered.
	CountRegistered(namespace string) int
	// NamespaceUID returns the UID of a namespace, empty if it is not known.
	NamespaceUID(name string) types.UID
	// NamespaceLabels returns the labels of a namespace, and whether they are not known.
	NamespaceLabels(name string) (set map[string]string, unknown bool)
}

// Tokens knows access tokens.
type Tokens interface {
	// Access returns the claims of a living access token, nil for any other.
	Access(token string) (*tokens.AccessClaims, error)
	// Owner returns its client, nil if it does not count any more, and the Grant of a user's.
	Owner(ctx context.Context, claims *tokens.AccessClaims) (*clients.Client, *grants.Grant, error)
}

// ServiceAccounts knows tokens of ServiceAccounts.
type ServiceAccounts interface {
	// Review returns the name of the user whose token it is, "" if it is not authentic.
	Review(ctx context.Context, q serviceaccounts.Question) (string, error)
}

var (
	_ Clients                = (*lookup.Registry)(nil)
	_ Tokens                 = (*tokens.Verifier)(nil)
	_ ServiceAccounts        = (*serviceaccounts.Reviewer)(nil)
	_ registration.Registrar = (*Registrar)(nil)
)

// Registrar registers clients as objects.
type Registrar struct {
	// Server is the OAuthServer.
	Server   oauthv1alpha1.ServerReference
	Issuer   func() string
	Settings func() *serverspec.Settings
	Now      func() time.Time

	Tokens          Tokens
	ServiceAccounts ServiceAccounts
	Clients         Clients
	Registrations   *registrations.Store
	Keys            *keys.Store
	Limiter         *limits.Limiter
	Room            *Room
}

// Register implements registration.Registrar.
func (r *Registrar) Register(ctx context.Context, by registration.Bearer, m registration.Metadata) (registration.Response, error) {
	event := audit.Event{Decision: audit.Registration}
	who, err := r.callerOf(ctx, by)
	if err != nil {
		event.Refused = httpx.CodeOf(err)
		audit.Record(ctx, event)
		return registration.Response{}, err
	}
	event.Subject = who.name
	stored, err := r.store(ctx, who, m)
	if err == nil {
		return r.recorded(ctx, event, stored)
	}
	event.Refused = httpx.CodeOf(err)
	audit.Record(ctx, event)
	return registration.Response{}, err
}

// recorded waits until every replica accepts the client of a Registration, and records what
// became of a request.
func (r *Registrar) recorded(ctx context.Context, event audit.Event, stored *registrations.Registration) (registration.Response, error) {
	client, err := r.served(ctx, stored)
	if stored.New && (err == nil || httpx.CodeOf(err) == httpx.CodeInvalidClientMetadata) {
		r.Limiter.Return(pending(stored.Namespace))
	}
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	} else {
		event.Client = client
	}
	audit.Record(ctx, event)
	if err != nil {
		return registration.Response{}, err
	}
	return r.response(stored, client)
}

// store stores what a caller registers, or finds what it stored before.
func (r *Registrar) store(ctx context.Context, who caller, m registration.Metadata) (*registrations.Registration, error) {
	client, err := clientOf(m, r.Server)
	if err != nil {
		return nil, err
	}
	client.NamespaceUID, client.RegistrantUID = string(r.Clients.NamespaceUID(who.namespace)), who.uid
	if client.NamespaceUID == "" {
		return nil, httpx.Spent(http.StatusServiceUnavailable, again*time.Second, "The namespace does not exist. Try again later.")
	}
	if err := fits(client); err != nil {
		return nil, err
	}
	wanted, err := r.Registrations.Of(who.name, who.uid, who.namespace, client)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if err := r.admit(wanted); err != nil {
		return nil, err
	}
	stored, err := r.create(ctx, wanted)
	if err != nil {
		return nil, err
	}
	if r.isOld(stored) {
		return nil, registeredBefore(&m)
	}
	return stored, nil
}

// registeredBefore says what a registrant can do. Requests of Coder have no software_id.
func registeredBefore(m *registration.Metadata) error {
	if m.System == oauthv1alpha1.CompatibilityCoder {
		return invalid("The application was created before. Ask for its secrets, delete it, or use another name.")
	}
	return invalid("The client was registered before. Use its registration access token, have its OAuthClient deleted, or register with another software_id.")
}
