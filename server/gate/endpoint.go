package gate

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Resources finds protected resources.
type Resources interface {
	// Named returns the resource of an OAuthResource, or nil if there is none.
	Named(namespace, name string) *resourcespec.Resource
}

var _ Resources = (*resources.Registry)(nil)

// Proofs verifies DPoP proofs.
type Proofs interface {
	// ShownFor returns an httpx.Error unless a request with an access token has a proof for it
	// and the target, of the key with a thumbprint.
	ShownFor(w http.ResponseWriter, r *http.Request, to dpop.Target, token, thumbprint string) error
}

var _ Proofs = (*dpop.Verifier)(nil)

// Options are what an Endpoint needs.
type Options struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// MTLSHost is the public host of the listener for clients with certificates; "" if there is
	// none.
	MTLSHost  string
	Resources Resources
	// Catalogue returns the scopes of the server, which tokens for every resource can have.
	Catalogue func() []string
	Tokens    *tokens.Verifier
	Proofs    Proofs
	// Trusted returns the proxies that may say what the original request was.
	Trusted func() []netip.Prefix
	// Log gets a line if a question of a proxy cannot be answered.
	Log *slog.Logger
	Now func() time.Time
}

// Endpoint answers proxies for all resources.
type Endpoint struct {
	Options

	said   said
	shares shares
}

// New returns an Endpoint.
func New(options Options) *Endpoint {
	return &Endpoint{Options: options, said: newSaid(), shares: newShares()}
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint. The proxy's request can have any method: some
// proxies use the method of the original request.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Enter(w); err != nil {
		return err
	}
	if !fromCluster(r, e.Trusted(), e.Issuer(), "https://"+e.MTLSHost) {
		e.report(&question{}, errPublic)
		return errPublic
	}
	asked, err := e.read(r)
	if err != nil {
		e.report(asked, err)
		return err
	}
	passed, err := e.pass(w, r, asked)
	if err != nil {
		return err
	}
	passed.write(w.Header())
	w.WriteHeader(http.StatusOK)
	return nil
}

// pass returns who sent a request, if it may pass. It returns an httpx.Error.
func (e *Endpoint) pass(w http.ResponseWriter, r *http.Request, asked *question) (*passed, error) {
	token, scheme, err := e.presented(r, asked)
	if err != nil {
		return nil, err
	}
	claims, err := e.Tokens.Access(token)
	if err != nil {
		return nil, err
	}
	// Only for a token of this server with this resource as its only audience is anything read.
	// A token without OfResource is older than the resource.
	if claims == nil || !claims.OfResource || !slices.Equal(claims.Audience, []string{asked.resource.Identifier}) {
		return nil, e.refuse(asked, scheme, invalidToken("The access token is invalid, expired or revoked, or not for this resource."))
	}
	if err := e.held(w, r, asked, token, scheme, claims.Confirmation); err != nil {
		return nil, err
	}
	from, err := e.sharing(r.Context(), asked, claims)
	if err != nil {
		return nil, err
	}
	if from == nil {
		return nil, e.uncounted(asked, scheme, claims)
	}
	// Before the scopes: the answer names them, too (RFC 9470 section 3).
	if !asked.met(claims, e.Now()) {
		return nil, e.stepUp(asked, scheme, needs(asked, from.scopes), "The request needs another sign-in of the user than that of the access token.")
	}
	if lacks(from.scopes, asked.scopes) {
		return nil, e.insufficient(asked, scheme, from.scopes)
	}
	return from, nil
}

func lacks(scopes, needed []string) bool {
	return slices.ContainsFunc(needed, func(scope string) bool { return !slices.Contains(scopes, scope) })
}
