package arrivals

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/grantor-dev/grantor/internal/places"
	"github.com/grantor-dev/grantor/server/authorization/attempts"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

var (
	// perReturn is for each attempt: a cookie can be sent again after it was taken back.
	perReturn = limits.Budget{Burst: 1, Every: attempts.Lifetime}
	// perNetwork is for codes that signed nobody in.
	perNetwork = limits.Budget{Burst: 60, Every: time.Second}
)

// codesAtOnce is how many codes of a provider are redeemed at the same time, and codeWait how long
// others wait.
const (
	codesAtOnce = 16
	codeWait    = 5 * time.Second
)

// Limits bound requests to token endpoints.
type Limits struct {
	now     func() time.Time
	limiter *limits.Limiter
	places  *places.Places
}

// New returns Limits that have counted nothing.
func New(now func() time.Time) *Limits {
	return &Limits{now: now, limiter: limits.New(), places: places.New(codesAtOnce, codeWait)}
}

// Arrival is a user who came back, for whom a request may be sent.
type Arrival struct {
	limits   *Limits
	networks []limits.Share
	leave    func()
}

// Enter lets an attempt go on, once. The zero Addr is an address that many users share. Its
// errors are for the user; otherwise, Done must be called.
func (l *Limits) Enter(ctx context.Context, a *attempts.Attempt, from netip.Addr) (*Arrival, error) {
	attempt := limits.Share{Kind: "attempt", Key: a.State, Budget: perReturn}
	if l.limiter.Take(l.now(), attempt) > 0 {
		// Nobody is asked, and a user who loads the page again must use up neither a place nor what
		// is left of a whole network.
		return nil, attempts.ErrUnknown
	}
	leave, ok := l.places.Enter(ctx, a.Provider)
	if !ok {
		l.limiter.Return(attempt)
		return nil, httpx.Spent(http.StatusServiceUnavailable, time.Second, "Many users are signing in at the moment. Try again.")
	}
	// Only those who have a place count, so that users who come back at the same moment use up
	// nothing of each other's.
	networks := limits.Networks("network", "", from, perNetwork)
	if wait := l.limiter.Take(l.now(), networks...); wait > 0 {
		leave()
		l.limiter.Return(attempt)
		return nil, httpx.Spent(http.StatusTooManyRequests, wait, "Too many users from your network came back from a provider without having signed in. Try again.")
	}
	return &Arrival{l, networks, leave}, nil
}

// Done says whether the user signed in.
func (a *Arrival) Done(signedIn bool) {
	a.leave()
	if signedIn {
		a.limits.limiter.Return(a.networks...)
	}
}
