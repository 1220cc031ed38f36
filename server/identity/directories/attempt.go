package directories

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/guesses"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// Honours reports whether the account with an ID still belongs to the user who signed in with a
// browser, and whether no session of that time was ended.
type Honours func(ctx context.Context, id string, known *identity.Known) (bool, error)

// attempt is one attempt to sign in, and what it was counted for.
type attempt struct {
	*identity.Attempt

	limits *guesses.Limits
	// name stands for the name that was typed, credential for it in the cookies of browsers.
	name, credential string
	// known are those who signed in with the browser under this name.
	known   []identity.Known
	honours Honours
	counted []*guesses.Attempt
	// stopped is why the password was not compared, other than that it counts as wrong.
	stopped error
}

// of returns an attempt that is not counted yet.
func of(given *identity.Attempt, limits *guesses.Limits, honours Honours) *attempt {
	name := given.Provider + "\x00" + folded(given.Username)
	a := &attempt{Attempt: given, limits: limits, name: name, credential: credentialOf(name), honours: honours}
	for _, k := range given.Known {
		if k.Credential == a.credential {
			a.known = append(a.known, k)
		}
	}
	return a
}

// begin counts the attempt before the account is known.
func (a *attempt) begin() error {
	browser := ""
	if len(a.known) > 0 {
		browser = a.known[0].Browser
	}
	return a.count(a.limits.Begin(a.name, a.Address, browser))
}

// guess counts the attempt for the account that was found. If it refuses an unknown browser, the
// answer is that the password is wrong, as for a name that does not exist. Otherwise, the limit
// of an account with several names would reveal which names belong to it.
func (a *attempt) guess(ctx context.Context, id string) error {
	account := a.Provider + "\x00\x00" + id
	for i := range a.known {
		honoured, err := a.honours(ctx, id, &a.known[i])
		if err == nil && honoured {
			err = a.count(a.limits.BeginKnown(account, a.known[i].Browser))
		}
		if err != nil || honoured {
			a.stopped = err
			return err
		}
	}
	if len(a.known) > 0 && a.count(a.limits.Begin(a.name, a.Address, "")) != nil {
		return upstream.ErrWrong
	}
	if a.count(a.limits.BeginUser(account, a.Address)) != nil {
		return upstream.ErrWrong
	}
	return nil
}

func (a *attempt) count(one *guesses.Attempt, err error) error {
	if err == nil {
		a.counted = append(a.counted, one)
	}
	return err
}

func (a *attempt) cancel() {
	for _, one := range a.counted {
		one.Cancel()
	}
}

// folded is the form that all spellings of a name share between which directories do not
// distinguish. An account can have further names, so it is counted, too.
func folded(username string) string {
	return strings.ToLower(strings.Join(strings.Fields(username), " "))
}

// credentialOf stands for a name in a sealed cookie. It stays the same when the password
// changes, because directories do not report that.
func credentialOf(name string) string {
	sum := sha256.Sum256([]byte("directory\x00" + name))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
