package registration

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

// Registrar registers clients for those who have a token.
type Registrar interface {
	// Register returns the client that was registered, or an httpx.Error.
	Register(ctx context.Context, by Bearer, m Metadata) (Response, error)
}

// Bearer is who sent a token, and from where.
type Bearer struct {
	Token   string
	Address netip.Addr
}

// Anonymous registers clients for anyone.
type Anonymous interface {
	// Register returns the client that was registered, or an httpx.Error.
	Register(ctx context.Context, m Metadata) (Response, error)
}

// Endpoint is the client registration endpoint (RFC 7591 section 3).
type Endpoint struct {
	Settings func() *serverspec.Settings
	Now      func() time.Time
	// Address returns where a request comes from, the zero Addr for an address that many
	// share.
	Address func(*http.Request) netip.Addr
	Limiter *limits.Limiter
	// Registrar is for requests with a token, nil for none; Anonymous for those without.
	Registrar Registrar
	Anonymous Anonymous
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// byAddress is how often a client can be registered from one address, and byUnknown from all
// addresses together where they are not known.
var (
	byAddress = limits.Budget{Burst: 10, Every: 6 * time.Second}
	byUnknown = limits.Budget{Burst: 100, Every: 600 * time.Millisecond}
)

// Enabled reports whether anyone can register a client.
func (e *Endpoint) Enabled() bool {
	settings := e.Settings().Registration
	return settings.Anonymous != nil || settings.WithToken && e.Registrar != nil
}

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if !e.Enabled() {
		return httpx.NotFound()
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use POST.", Status: http.StatusMethodNotAllowed}
	}
	bearer, there, metadata, err := e.read(w, r)
	if err != nil {
		// What a Registrar refuses, it records itself.
		Refused(r.Context(), err)
		return err
	}
	response, err := e.register(r.Context(), Bearer{bearer, e.Address(r)}, there, metadata)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusCreated, response.Body())
	return nil
}

// read returns what a request wants, and its token if it has one.
func (e *Endpoint) read(w http.ResponseWriter, r *http.Request) (bearer string, there bool, m Metadata, err error) {
	if bearer, there, err = presented(r); err != nil {
		return "", there, m, err
	}
	if err := e.admit(r, there); err != nil {
		return "", there, m, err
	}
	body, err := httpx.ReadJSON(w, r)
	if err != nil {
		return "", there, m, err
	}
	m, err = Read(body)
	return bearer, there, m, err
}

// admit refuses a request that is not for this server, or one too many.
func (e *Endpoint) admit(r *http.Request, token bool) error {
	settings := e.Settings().Registration
	switch {
	case token && (e.Registrar == nil || !settings.WithToken):
		return errToken("This server registers no clients for access tokens: spec.registration.namespaces of the OAuthServer is empty.")
	case token:
		return nil
	case settings.Anonymous == nil:
		return &httpx.Error{
			Code: httpx.CodeInvalidToken, Description: "Clients are registered with an access token here.",
			Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing,
		}
	}
	// A page must not use up the limit of whoever visits it.
	if err := httpx.IsJSON(r); err != nil {
		return err
	}
	return e.spend(r)
}

// spend counts a registration without a token, and refuses one too many.
func (e *Endpoint) spend(r *http.Request) error {
	shares := limits.Networks("address", "", e.Address(r), byAddress)
	if len(shares) == 0 {
		shares = []limits.Share{{Kind: "unknown", Budget: byUnknown}}
	}
	if wait := e.Limiter.Take(e.Now(), shares...); wait > 0 {
		return httpx.Spent(http.StatusTooManyRequests, wait, "Too many clients were registered from this address. Try again later.")
	}
	return nil
}

func (e *Endpoint) register(ctx context.Context, by Bearer, there bool, m Metadata) (Response, error) {
	if there {
		return e.Registrar.Register(ctx, by, m)
	}
	return e.Anonymous.Register(ctx, m)
}

// presented returns the token of a request, and whether it has one (RFC 6750 section 2.1).
func presented(r *http.Request) (bearer string, there bool, err error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return "", false, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", true, errToken("The Authorization header must be one Bearer token.")
	}
	return token, true, nil
}

func errToken(description string) error {
	return &httpx.Error{Code: httpx.CodeInvalidToken, Description: description, Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer}
}
