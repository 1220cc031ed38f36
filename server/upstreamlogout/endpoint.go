package upstreamlogout

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/identity/chain"
	"github.com/grantor-dev/grantor/server/identity/connectors"
	"github.com/grantor-dev/grantor/server/identity/oidc"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// Path is the beginning, below the issuer, of the path to which logout tokens are sent; the name
// of the provider follows.
const Path = "/logout/upstream/"

// Notices tells applications that a user signed out.
type Notices interface {
	// Ended says that a Login of a user has ended. It returns at once.
	Ended(subject, login string)
}

// Endpoint takes logout tokens.
type Endpoint struct {
	Users   *chain.Source
	Logins  *logins.Store
	Notices Notices
	// Address returns the address that a request comes from.
	Address func(*http.Request) netip.Addr
	Limiter *limits.Limiter
	Now     func() time.Time
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// perAddress and perProvider limit logout tokens, because each Login that ends costs a write.
// Only tokens that the provider signed count for the provider, so that nobody else can use up
// its share.
var (
	perAddress  = limits.Budget{Burst: 60, Every: time.Second}
	perProvider = limits.Budget{Burst: 200, Every: 100 * time.Millisecond}
)

// early is how long after the time of a token a Login may have begun that the token ends,
// because clocks differ.
const early = 30 * time.Second

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use POST.", Status: http.StatusMethodNotAllowed}
	}
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	_, name, _ := strings.Cut(r.URL.Path, Path)
	p := e.Users.Providers.Provider(name)
	if p == nil {
		return httpx.NotFound()
	}
	if err := e.take(limits.Networks("address", "", e.Address(r), perAddress)...); err != nil {
		return err
	}
	if err := e.hear(r.Context(), p, r.Form.Get("logout_token")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// take counts a logout token. Its error is a 429.
func (e *Endpoint) take(shares ...limits.Share) error {
	if wait := e.Limiter.Take(e.Now(), shares...); wait > 0 {
		return httpx.Spent(http.StatusTooManyRequests, wait, "Too many logout tokens are sent.")
	}
	return nil
}

// errToken is the error of section 2.8 of the specification.
var errToken = httpx.BadRequest(httpx.CodeInvalidRequest, "The logout_token is not one of this provider for this server, is older than two minutes, or lacks what it must have.")

// hear ends the sessions that a logout token names.
func (e *Endpoint) hear(ctx context.Context, p *providers.Provider, token string) error {
	connector, err := e.Users.Connectors.Of(p)
	if err != nil {
		return httpx.Unavailable(err)
	}
	hears, ok := connector.(connectors.HearsLogout)
	if !ok {
		return httpx.NotFound()
	}
	logout, err := hears.Logout(ctx, token)
	if errors.Is(err, oidc.ErrLogoutToken) {
		audit.Record(ctx, audit.Event{Decision: audit.Logout, Refused: httpx.CodeInvalidRequest})
		return errToken
	}
	if err != nil {
		return httpx.Unavailable(err)
	}
	if err := e.take(limits.Share{Kind: "provider", Key: p.Name, Budget: perProvider}); err != nil {
		return err
	}
	found, err := e.find(ctx, p, logout)
	if err != nil {
		return httpx.Unavailable(err)
	}
	for _, login := range found {
		if login.Source != p.Name || login.AuthTime.After(logout.IssuedAt.Add(early)) || logout.Session != "" && login.Session != logout.Session {
			continue
		}
		if err := e.Logins.End(ctx, login.Name); err != nil {
			return httpx.Unavailable(err)
		}
		e.Notices.Ended(login.Subject, login.Name)
		audit.Record(ctx, audit.Event{Decision: audit.Logout, Subject: login.Subject})
	}
	return nil
}

// find returns the Logins that a logout token may be about: those of the user, or of the session.
func (e *Endpoint) find(ctx context.Context, p *providers.Provider, logout oidc.Logout) ([]*logins.Login, error) {
	if logout.Subject == "" {
		return e.Logins.OfSession(ctx, p.Name, logout.Session, e.Now())
	}
	subject := accounts.Subject(p.Name, logout.Subject)
	if owner, linked, err := e.Users.Local.Linked(p.Name, logout.Subject); err != nil || linked {
		if err != nil || owner == nil {
			return nil, err
		}
		subject = owner.Subject
	}
	return e.Logins.Of(ctx, subject, e.Now())
}
