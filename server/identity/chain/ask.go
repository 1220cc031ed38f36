package chain

import (
	"context"
	"errors"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage/persons"
)

// errSlow says that asking about a user took too long as a whole.
var errSlow = errors.New("the provider needs too many requests to answer about the user")

// failed notes that a provider could not be asked about a user, and returns when to try again. A
// failure that concerns one user does not delay questions about others.
func (s *Source) failed(p *providers.Provider, err error, now time.Time) (retryAt time.Time) {
	if errors.Is(err, upstream.ErrAway) {
		s.rechecks.setAway(p.Name, now.Add(away))
	}
	s.Log.Warn("an identity provider cannot be asked about a user", "provider", p.Name, "error", err.Error())
	return now.Add(min(p.Interval, maxRetry, max(minRetry, p.Tolerate/4)))
}

// onlyIf returns a Person who is let in, else nil.
func onlyIf(in bool, stored *persons.Person) *persons.Person {
	if !in {
		return nil
	}
	return stored
}

// ask asks a provider about a user whom no other replica asks about, and stores the answer.
func (s *Source) ask(ctx context.Context, p *providers.Provider, connector upstream.Connector, claimed *persons.Person) (*persons.Person, error) {
	asked, cancel := context.WithTimeout(ctx, asking)
	account, err := connector.Again(asked, claimed.Account)
	if asked.Err() != nil && errors.Is(err, upstream.ErrAway) {
		// Each answer came in time, but there were many: this concerns this user only.
		err = errSlow
	}
	cancel()
	if err == nil && accounts.Subject(p.Name, account.ID) != claimed.Subject {
		err = upstream.ErrGone
	}
	now, next := s.Now().Truncate(time.Millisecond), *claimed
	switch {
	case errors.Is(err, upstream.ErrGone):
		s.Log.Info("an identity provider no longer lets a user in", "provider", p.Name, "subject", claimed.Subject)
		next.Blocked, next.NotBefore = true, now
		next.Account.RefreshToken, next.Account.IDToken = "", ""
	case err == nil:
		account.Groups = accounts.Relevant(p.Object, account.Groups)
		next.Account, next.CheckedAt, next.RetryAt, next.ExpiresAt = persons.Fit(account), now, time.Time{}, now.Add(persons.Lifetime)
	default:
		next.RetryAt = s.failed(p, err, now)
		if account.ID == claimed.Account.ID && account.ID != "" {
			account.Groups = accounts.Relevant(p.Object, account.Groups)
			next.Account = persons.Fit(account)
		}
	}
	stored, err := s.Persons.Settle(context.WithoutCancel(ctx), &next)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	s.cache.put(claimed.Subject, stored, now)
	if stored == nil || stored.Blocked || due(p, stored, now) && !tolerated(p, stored, now) {
		return nil, nil //nolint:nilnil // the user is not let in any more
	}
	return stored, nil
}
