package directories

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/guesses"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// atOnce is how many users sign in at a directory at once: it has as many connections.
const atOnce = 4

// SignIn lets users sign in.
type SignIn struct {
	limits *guesses.Limits

	mu sync.Mutex
	// queues has one queue for each provider, by name, so that a slow directory does not delay
	// others.
	queues map[string]*waiting
}

// New returns a SignIn that counts in limits.
func New(limits *guesses.Limits) *SignIn {
	return &SignIn{limits: limits, queues: map[string]*waiting{}}
}

// Authenticate returns the account whose name and password an attempt has, and what stands for
// the name in the cookies of browsers. It returns identity.ErrWrong, *identity.TooManyError,
// identity.ErrBusy, upstream.ErrGone for a user with the right password who is not let in, what
// honours returns, and otherwise an error that is identity.ErrUnreachable.
func (s *SignIn) Authenticate(ctx context.Context, at upstream.Password, given *identity.Attempt, honours Honours) (upstream.Account, string, error) {
	if !given.Usable() {
		// Nothing is sent, so it is counted for the address only: it must not displace the
		// counts of users.
		if _, err := s.limits.Begin("", given.Address, ""); err != nil {
			return upstream.Account{}, "", err
		}
		return upstream.Account{}, "", identity.ErrWrong
	}
	a := of(given, s.limits, honours)
	queue, release := s.queue(given.Provider)
	defer release()
	lane := queue.Lane(len(a.known) > 0)
	leave, err := lane.Place(a.name)
	if err != nil {
		return upstream.Account{}, "", err
	}
	defer leave()
	if err := a.begin(); err != nil {
		return upstream.Account{}, "", err
	}
	var account upstream.Account
	var answer error
	if err := queue.Do(ctx, lane, func() {
		account, answer = at.Authenticate(ctx, given.Username, given.Password, func(id string) error { return a.guess(ctx, id) })
	}); err != nil {
		a.cancel()
		return upstream.Account{}, "", err
	}
	if a.stopped != nil {
		answer = a.stopped
	}
	if !counts(answer) {
		a.cancel()
	}
	if a.stopped != nil {
		return upstream.Account{}, "", a.stopped
	}
	return account, a.credential, translated(answer)
}

// counts reports whether an attempt with this result may have told a stranger something, or used
// up a try of the account.
func counts(err error) bool {
	_, many := errors.AsType[*identity.TooManyError](err)
	return errors.Is(err, upstream.ErrWrong) || errors.Is(err, upstream.ErrUnanswered) || many
}

// translated returns an error of this server for one of a provider.
func translated(err error) error {
	switch {
	case err == nil, errors.Is(err, upstream.ErrGone):
		return err
	case errors.Is(err, upstream.ErrWrong):
		return identity.ErrWrong
	}
	return fmt.Errorf("%w: %w", identity.ErrUnreachable, err)
}

// waiting is the queue of a provider, for as long as somebody is in it.
type waiting struct {
	*guesses.Queue

	inside int
}

// queue returns the queue of a provider, and how to let go of it.
func (s *SignIn) queue(provider string) (_ *guesses.Queue, release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.queues[provider]
	if !ok {
		q = &waiting{Queue: guesses.NewQueue(atOnce)}
		s.queues[provider] = q
	}
	q.inside++
	return q.Queue, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if q.inside--; q.inside == 0 {
			delete(s.queues, provider)
		}
	}
}
