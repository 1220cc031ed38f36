package clientauth

import (
	"cmp"
	"context"
	"crypto/x509"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/capacity"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/jwksets"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
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

// Marks remembers used assertions.
type Marks interface {
	// Use stores that a client used the assertion with the given id, and returns
	// marks.ErrUsed if it was used before.
	Use(ctx context.Context, clientUID, id string, expiresAt time.Time) error
}

// Capacity bounds what is stored.
type Capacity interface {
	// Assertion takes room for one more Mark of a client and returns how to give it back,
	// or returns an httpx.Error.
	Assertion(clientUID string) (giveBack func(), err error)
}

// KeySets knows the keys that clients, or trusted issuers, publish.
type KeySets interface {
	// Keys returns those of an owner, and looks for new ones where none is a candidate.
	Keys(ctx context.Context, owner string, from jwksets.Source, candidate func(publickeys.Key) bool) ([]publickeys.Key, error)
}

// ServiceAccounts knows tokens of ServiceAccounts.
type ServiceAccounts interface {
	// Review returns the name of the user whose token it is, "" if it is not authentic.
	Review(ctx context.Context, q serviceaccounts.Question) (string, error)
}

// Documents knows the metadata documents of clients.
type Documents interface {
	// Describe returns a client with what its document says. It returns
	// clientdocuments.ErrSignIn, or an httpx.Error, or both.
	Describe(ctx context.Context, client *clients.Client, by clientdocuments.Asker) (*clients.Client, error)
}

var (
	_ Clients         = (*lookup.Registry)(nil)
	_ Marks           = (*marks.Store)(nil)
	_ Capacity        = (*capacity.Capacity)(nil)
	_ KeySets         = (*jwksets.Store)(nil)
	_ ServiceAccounts = (*serviceaccounts.Reviewer)(nil)
	_ Documents       = (*clientdocuments.Store)(nil)
)

// Options are what an Authenticator needs.
type Options struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer  func() string
	Clients Clients
	// Marks remembers used assertions.
	Marks    Marks
	Capacity Capacity
	// KeySets are the keys of clients by their UIDs, DocumentKeys those of clients without an
	// OAuthClient, and IssuerKeys those of trusted issuers by their names.
	KeySets, DocumentKeys, IssuerKeys KeySets
	ServiceAccounts                   ServiceAccounts
	// Documents has the keys of clients without an OAuthClient that sign assertions.
	Documents Documents
	// ClientCAs returns the authorities of clients' certificates; nil for none.
	ClientCAs func() *x509.CertPool
	// Address returns where a request came from.
	Address func(r *http.Request) netip.Addr
	Keys    *keys.Store
	Now     func() time.Time
}

// Authenticator finds out which client sent a request.
type Authenticator struct{ Options }

// New returns an Authenticator.
func New(options Options) *Authenticator {
	return &Authenticator{options}
}

// Authenticate returns the client of a request that httpx.ParseForm has read, and records
// it in the audit log if there is none. It returns an httpx.Error: invalid_request for a
// request that authenticates in two ways, else invalid_client.
func (a *Authenticator) Authenticate(r *http.Request, form url.Values) (*clients.Client, error) {
	client, err := a.Identify(r, form)
	if err != nil {
		audit.Record(r.Context(), Rejected(audit.Event{Decision: audit.Authentication, Refused: httpx.CodeOf(err)}, err))
	}
	return client, err
}

// Identify does what Authenticate does for a caller that records its own decision, with
// what Rejected adds to it.
func (a *Authenticator) Identify(r *http.Request, form url.Values) (*clients.Client, error) {
	sent, err := credentialsOf(r, form)
	if err != nil {
		return nil, unreadable(cmp.Or(sent.id, form.Get("client_id")), err)
	}
	client, err := a.Clients.Client(sent.id)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if client == nil {
		a.compareForUnknown(sent)
		return nil, a.unknown(sent.id)
	}
	if sent.assertion != nil && client.Virtual() && client.Document() == nil {
		if client, err = a.Documents.Describe(r.Context(), client, a.asker(r, form, sent)); err != nil {
			return nil, undescribed(sent.id, err)
		}
	}
	if sent.method == oauthv1alpha1.AuthenticationNone && client.Method().HasCertificate() {
		// The certificate does not come in the form.
		sent.method = client.Method()
	}
	authentic, err := a.authentic(r, client, sent)
	if err != nil {
		return nil, err
	}
	switch {
	case authentic && client.Accepts(sent.method):
		return client, nil
	case authentic && sent.method.HasSecret():
		return nil, &rejection{errMethod[client.Method()], audit.ClientID(sent.id), audit.WrongMethod}
	}
	return nil, &rejection{errClientAuthentication, audit.ClientID(sent.id), causeOf(client, sent.method)}
}

// authentic reports whether what a request presents is the client's.
func (a *Authenticator) authentic(r *http.Request, client *clients.Client, sent presented) (bool, error) {
	switch sent.method {
	case oauthv1alpha1.AuthenticationNone:
		return client.IsPublic(), nil
	case oauthv1alpha1.AuthenticationPrivateKeyJWT:
		return a.hasAssertion(r, client, sent.assertion)
	case oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.AuthenticationSelfSignedTLS:
		return a.hasCertificate(certificates.Presented(r.Context()), client), nil
	default:
		return client.Authenticate(sent.secret, a.Now()), nil
	}
}

// unknownUID is the UID that the secret of an unknown client is compared for.
const unknownUID = "00000000-0000-0000-0000-000000000000"

// compareForUnknown takes the time that a client that exists would have taken.
func (a *Authenticator) compareForUnknown(sent presented) {
	if !sent.method.HasSecret() {
		return
	}
	if set, err := a.Keys.Current(); err == nil {
		pepper, _ := set.Peppers().Current()
		_ = credentials.New(pepper, unknownUID, sent.secret, a.Now())
	}
}
