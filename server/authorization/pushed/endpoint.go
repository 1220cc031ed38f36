package pushed

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/object"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage"
)

// Clients authenticates clients.
type Clients interface {
	// Authenticate returns the client that sent a request.
	Authenticate(r *http.Request, form url.Values) (*clients.Client, error)
}

// Proofs verifies DPoP proofs.
type Proofs interface {
	// Proof returns the thumbprint of the key that the sender of a request to an endpoint has
	// proved to have, empty for a request without a proof, or an httpx.Error.
	Proof(w http.ResponseWriter, r *http.Request, path string) (string, error)
}

// Documents knows the metadata documents of clients.
type Documents interface {
	// Describe returns a client with what its document says. It returns
	// clientdocuments.ErrSignIn, or an httpx.Error, or both.
	Describe(ctx context.Context, client *clients.Client, by clientdocuments.Asker) (*clients.Client, error)
}

var (
	_ Clients   = (*clientauth.Authenticator)(nil)
	_ Proofs    = (*dpop.Verifier)(nil)
	_ Documents = (*clientdocuments.Store)(nil)
)

// perAddress is how often a client without credentials may push from one address. There is
// no limit for all addresses together, which any of them could use up for the others.
var perAddress = limits.Budget{Burst: 60, Every: time.Second / 2}

// Kinds of what is limited: for each client, and for all that registered themselves, of which
// anyone can have as many as they want.
const (
	pushes             limits.Kind = "push"
	pushesOfRegistered limits.Kind = "push of registered"
)

// Options are what an Endpoint needs.
type Options struct {
	*flow.Visits

	Clients Clients
	Proofs  Proofs
	// Objects reads requests that clients signed.
	Objects *object.Reader
	// Documents has what clients without an OAuthClient say of themselves.
	Documents Documents
	// Address returns the address that a request comes from, the zero Addr for one that many
	// users share.
	Address func(*http.Request) netip.Addr
}

// Endpoint is the pushed authorization request endpoint.
type Endpoint struct {
	Options
	limiter *limits.Limiter
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// New returns the endpoint.
func New(options Options) *Endpoint { return &Endpoint{options, limits.New()} }

// response is the answer to a request that was pushed (RFC 9126 section 2.2).
type response struct {
	RequestURI string `json:"request_uri"`
	ExpiresIn  int    `json:"expires_in"`
}

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	client, err := e.Clients.Authenticate(r, r.PostForm)
	if err != nil {
		return err
	}
	if err := e.take(r, client); err != nil {
		return err
	}
	thumbprint, err := e.Proofs.Proof(w, r, endpoints.PushedAuthorization)
	if httpx.CodeOf(err) == httpx.CodeUseDPoPNonce {
		return err
	}
	uri := ""
	if err == nil {
		uri, err = e.push(r, client, thumbprint)
	}
	if err != nil {
		audit.Record(r.Context(), audit.Event{Decision: audit.Code, Refused: httpx.CodeOf(err), Client: client})
		return err
	}
	httpx.WriteJSON(w, http.StatusCreated, response{uri, int(lifetime / time.Second)})
	return nil
}

// take counts a request of a client that anyone can name, or be.
func (e *Endpoint) take(r *http.Request, client *clients.Client) error {
	kind, key := pushes, client.GetID()
	switch {
	case client.Registered():
		kind, key = pushesOfRegistered, ""
	case !client.IsPublic():
		return nil
	}
	wait := e.limiter.Take(e.Now(), limits.Networks(kind, key, e.Address(r), perAddress)...)
	if wait <= 0 {
		return nil
	}
	return httpx.Spent(http.StatusTooManyRequests, wait, "The client pushes too many requests from this address.")
}

// errRedirectURI is for an application, where that of Target is for its user.
var errRedirectURI = httpx.BadRequest(httpx.CodeInvalidRequest, "The redirect_uri is missing, or not one of spec.redirectURIs of the client's OAuthClient.")

// push parses a request completely, so that each error is known before a browser moves, and
// returns its request_uri. Its code is bound to the key with the thumbprint, if there is one.
func (e *Endpoint) push(r *http.Request, client *clients.Client, thumbprint string) (string, error) {
	ctx, form := r.Context(), r.PostForm
	if form.Has("request_uri") {
		return "", httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'request_uri' cannot be pushed (RFC 9126 section 2.1).")
	}
	set, err := e.Keys.Current()
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	if client, err = e.described(r, client); err != nil {
		return "", err
	}
	form, signed, err := e.Objects.Parameters(ctx, client, form)
	if err != nil {
		return "", err
	}
	asked, err := request.Target(form, client)
	if httpx.CodeOf(err) == httpx.CodeInvalidRequest {
		return "", errRedirectURI
	}
	if err != nil {
		return "", err
	}
	now := e.Now()
	asked.Signed, asked.Confirmation.JKT = signed, thumbprint
	asked.Pushed = &request.Pushed{Grant: storage.NewName(), Until: now.Add(lifetime + 2*e.Settings().PageLifetime)}
	if err := asked.Complete(form, client, request.IDTokenHint(set, e.Issuer(), client)); err != nil {
		return "", err
	}
	return newURI(set, e.Issuer(), asked, now)
}

// described returns a client with what it says of itself, if it has no OAuthClient.
func (e *Endpoint) described(r *http.Request, client *clients.Client) (*clients.Client, error) {
	if !client.Virtual() || client.Document() != nil {
		return client, nil
	}
	described, err := e.Documents.Describe(r.Context(), client, clientdocuments.Asker{Address: e.Address(r)})
	refusal, ok := errors.AsType[*httpx.Error](err)
	switch {
	case ok:
		return nil, refusal
	case errors.Is(err, clientdocuments.ErrSignIn):
		return nil, errNotFetched
	case err == nil && !described.IsPublic():
		return nil, errNotAuthenticated
	}
	return described, err
}

var errNotAuthenticated = httpx.InvalidClient("The client must send a client_assertion: its metadata document has the method private_key_jwt.")

// errNotFetched is for a document that is only fetched for a user.
var errNotFetched = httpx.BadRequest(httpx.CodeUnauthorizedClient, "The client cannot push this request, because its metadata document is only fetched once a user has signed in. Send the request to %s instead.", endpoints.Authorization)
