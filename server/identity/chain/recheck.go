package chain

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/grantor-dev/grantor/internal/places"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/connectors"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/storage/persons"
)

const (
	// asking is how long a provider may take to answer about a user, claim how long no other
	// replica asks in the meantime.
	asking, claim = 10 * time.Second, 15 * time.Second
	// glance is the time between two checks whether another replica has an answer.
	glance = 150 * time.Millisecond
	// away is how long the server does not ask a provider that could not be reached.
	away = 30 * time.Second
	// minRetry and maxRetry bound the time until a provider is asked again about a user about
	// whom it could not be asked.
	minRetry, maxRetry = 10 * time.Second, time.Minute
	// atOnce is how many users of a provider it is asked about at the same time.
	atOnce = 16
)

// rechecks are the questions about users that are in progress.
type rechecks struct {
	flights *singleflight.Group

	places *places.Places

	mu sync.Mutex
	// away is until when providers are left alone.
	away map[string]time.Time
}

func newRechecks() rechecks {
	return rechecks{flights: &singleflight.Group{}, places: places.New(atOnce, asking), away: map[string]time.Time{}}
}

func (r *rechecks) isAway(provider string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return now.Before(r.away[provider])
}

func (r *rechecks) setAway(provider string, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away[provider] = until
}

// due reports whether a provider has to be asked again about a user.
func due(p *providers.Provider, stored *persons.Person, now time.Time) bool {
	return !now.Before(stored.CheckedAt.Add(p.Interval))
}

// tolerated reports whether a user of a provider that cannot be asked is still let in.
func tolerated(p *providers.Provider, stored *persons.Person, now time.Time) bool {
	return now.Before(stored.CheckedAt.Add(p.Interval + p.Tolerate))
}

// checked returns a Person about whom the provider was asked within the interval, or while it
// cannot be asked, within what is tolerated; nil if the user is not let in any more.
func (s *Source) checked(ctx context.Context, p *providers.Provider, stored *persons.Person) (*persons.Person, error) {
	if !due(p, stored, s.Now()) {
		return stored, nil
	}
	flight := s.rechecks.flights.DoChan(stored.Subject, func() (any, error) {
		return s.recheck(context.WithoutCancel(ctx), p, stored.Subject)
	})
	select {
	case result := <-flight:
		person, _ := result.Val.(*persons.Person)
		return person, result.Err
	case <-ctx.Done():
		return nil, httpx.Unavailable(ctx.Err())
	}
}

// recheck asks about a user, or waits for the replica that does. It is two writes.
func (s *Source) recheck(ctx context.Context, p *providers.Provider, subject string) (*persons.Person, error) {
	ctx, cancel := context.WithTimeout(ctx, asking+claim)
	defer cancel()
	for {
		stored, err := s.read(ctx, subject)
		now := s.Now()
		if err != nil || stored == nil || stored.Blocked || stored.Realm != p.Realm || !due(p, stored, now) {
			return stored, err
		}
		connector, err := s.Connectors.Of(p)
		if asker, ok := connector.(connectors.Asker); err == nil && ok && !asker.Asks(stored.Account) {
			return nil, nil //nolint:nilnil // nobody can tell whether the user is still one
		}
		if err != nil || s.rechecks.isAway(p.Name, now) || now.Before(stored.RetryAt) {
			return onlyIf(tolerated(p, stored, now), stored), nil
		}
		claimed, leave, err := s.claim(ctx, p, stored, now)
		switch {
		case errors.Is(err, errCrowded):
			return onlyIf(tolerated(p, stored, now), stored), nil
		case err != nil:
			return nil, err
		case claimed != nil:
			person, err := s.ask(ctx, p, connector, claimed)
			leave()
			return person, err
		}
		select {
		case <-ctx.Done():
			return nil, httpx.Unavailable(ctx.Err())
		case <-time.After(glance):
		}
	}
}

// errCrowded says that as many users of a provider are asked about as may be.
var errCrowded = errors.New("too many users of the provider are asked about")

// claim takes the question about a user, which leave gives back, unless another replica has it
// or the provider is known to be away. It returns errCrowded.
func (s *Source) claim(
	ctx context.Context, p *providers.Provider, stored *persons.Person, now time.Time,
) (claimed *persons.Person, leave func(), err error) {
	if now.Before(stored.CheckingUntil) {
		return nil, nil, nil
	}
	leave, ok := s.rechecks.places.Enter(ctx, p.Name)
	if !ok {
		return nil, nil, errCrowded
	}
	if !s.rechecks.isAway(p.Name, s.Now()) {
		claimed, err = s.Persons.Claim(ctx, stored, now.Add(claim))
	}
	if claimed == nil {
		leave()
		return nil, nil, httpx.UnavailableIf(err)
	}
	return claimed, leave, nil
}
