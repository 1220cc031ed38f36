package authorization

import (
	"context"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/places"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

// What users who come back from providers may cost: a code that anyone can make up is a request
// to the token endpoint, with the client secret.
var (
	// perReturn is for each attempt: a cookie can be sent again after it was taken back.
	perReturn = limits.Budget{Burst: 1, Every: attemptLifetime}
	// perNetwork is for codes that signed nobody in.
	perNetwork = limits.Budget{Burst: 60, Every: time.Second}
)

// codesAtOnce is how many codes of a provider are redeemed at the same time, and codeWait how long
// others wait.
const (
	codesAtOnce = 16
	codeWait    = 5 * time.Second
)

// arrivals bounds requests to token endpoints.
type arrivals struct {
	limiter *limits.Limiter
	places  *places.Places
}

func newArrivals() arrivals {
	return arrivals{limiter: limits.New(), places: places.New(codesAtOnce, codeWait)}
}

// arrival is a user who came back, for whom a request may be sent.
type arrival struct {
	arrivals *arrivals
	networks []limits.Share
	leave    func()
}

// arrived lets an attempt go on, once. Its errors are for the user.
func (s *Service) arrived(ctx context.Context, r *http.Request, a *attempt) (*arrival, error) {
	leave, ok := s.arrivals.places.Enter(ctx, a.Provider)
	if !ok {
		return nil, httpx.Spent(http.StatusServiceUnavailable, time.Second, "Many users are signing in at the moment. Try again.")
	}
	// Only those who have a place count, so that users who come back at the same moment use up
	// nothing of each other's.
	now := s.Now()
	networks := limits.Networks("network", "", s.Address(r), perNetwork)
	if wait := s.arrivals.limiter.Take(now, networks...); wait > 0 {
		leave()
		return nil, httpx.Spent(http.StatusTooManyRequests, wait, "Too many users from your network came back from a provider without having signed in. Try again.")
	}
	if wait := s.arrivals.limiter.Take(now, limits.Share{Kind: "attempt", Key: a.State, Budget: perReturn}); wait > 0 {
		// Nobody is asked, and a user who loads the page again must not use up what is left of a
		// whole network.
		s.arrivals.limiter.Return(networks...)
		leave()
		return nil, errReturned
	}
	return &arrival{&s.arrivals, networks, leave}, nil
}

// done says whether the user signed in.
func (a *arrival) done(signedIn bool) {
	a.leave()
	if signedIn {
		a.arrivals.limiter.Return(a.networks...)
	}
}
