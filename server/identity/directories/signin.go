package directories

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
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
	// queues are by the names of the providers, so that a slow directory keeps no others busy.
	queues map[string]*guesses.Queue
}

// New returns a SignIn that counts in limits.
func New(limits *guesses.Limits) *SignIn {
	return &SignIn{limits: limits, queues: map[string]*guesses.Queue{}}
}

// Authenticate returns the account whose name and password an attempt has, and what stands for
// the name in the cookies of browsers. It returns identity.ErrWrong, *identity.TooManyError,
// identity.ErrBusy, upstream.ErrGone for a user with the right password who is not let in, and
// otherwise an error that is identity.ErrUnreachable.
func (s *SignIn) Authenticate(ctx context.Context, at upstream.Password, attempt *identity.Attempt) (account upstream.Account, credential string, err error) {
	name := attempt.Provider + "\x00" + folded(attempt.Username)
	credential = credentialOf(name)
	browser := knownBrowser(credential, attempt.Known)
	queue := s.queue(attempt.Provider)
	lane := queue.Lane(browser != "")
	leave, err := lane.Place(name)
	if err != nil {
		return upstream.Account{}, "", err
	}
	defer leave()
	var counted []*guesses.Attempt
	count := func(user string) error {
		one, err := s.limits.Begin(user, attempt.Address, browser)
		if err == nil {
			counted = append(counted, one)
		}
		return err
	}
	if err := count(name); err != nil {
		return upstream.Account{}, "", err
	}
	guess := func(id string) error {
		if browser != "" {
			return nil
		}
		one, err := s.limits.BeginUser(attempt.Provider+"\x00\x00"+id, attempt.Address)
		if err == nil {
			counted = append(counted, one)
		}
		return err
	}
	cancel := func() {
		for _, one := range counted {
			one.Cancel()
		}
	}
	if err := queue.Do(ctx, lane, func() {
		account, err = at.Authenticate(ctx, attempt.Username, attempt.Password, guess)
	}); err != nil {
		cancel()
		return upstream.Account{}, "", err
	}
	if !counts(err) {
		cancel()
	}
	return account, credential, translated(err)
}

// counts reports whether an attempt that ended so may have told a stranger, or cost the
// account, something.
func counts(err error) bool {
	_, many := errors.AsType[*identity.TooManyError](err)
	return errors.Is(err, upstream.ErrWrong) || errors.Is(err, upstream.ErrUnanswered) || many
}

// translated returns an error of this server for one of a provider.
func translated(err error) error {
	_, many := errors.AsType[*identity.TooManyError](err)
	switch {
	case err == nil, many, errors.Is(err, upstream.ErrGone):
		return err
	case errors.Is(err, upstream.ErrWrong):
		return identity.ErrWrong
	}
	return fmt.Errorf("%w: %w", identity.ErrUnreachable, err)
}

func (s *SignIn) queue(provider string) *guesses.Queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.queues[provider]
	if !ok {
		q = guesses.NewQueue(atOnce)
		s.queues[provider] = q
	}
	return q
}

// folded is what spellings of a name have in common that directories do not tell apart. An
// account can have further names, which is why it is counted, too.
func folded(username string) string {
	return strings.ToLower(strings.Join(strings.Fields(username), " "))
}

// knownBrowser returns the browser in which somebody signed in with the name, "" if nobody
// did.
func knownBrowser(credential string, known []identity.Known) string {
	for _, k := range known {
		if k.Credential == credential {
			return k.Browser
		}
	}
	return ""
}

// credentialOf stands for a name in a sealed cookie. Directories do not say when a password
// was changed, so that it stays the same.
func credentialOf(name string) string {
	sum := sha256.Sum256([]byte("directory\x00" + name))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
