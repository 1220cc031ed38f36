package identity

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"
)

const (
	// maxUsername is what the schema allows, in characters.
	maxUsername = 128
	// maxPassword is in bytes.
	maxPassword = 1024
)

var (
	// ErrWrong says that username and password are not those of a user. It does not
	// say which of them is wrong, nor whether the user is disabled.
	ErrWrong = errors.New("the username or the password is wrong")
	// ErrBusy says that too many passwords are being compared; nothing was tried.
	ErrBusy = errors.New("too many people log in at this moment")
)

// TooManyError says that no further attempt is allowed yet; nothing was tried.
type TooManyError struct {
	// RetryAfter is how long it is until then.
	RetryAfter time.Duration
}

// Error implements error.
func (*TooManyError) Error() string { return "too many failed attempts to log in" }

// Authenticate returns the user whose name and password these are. address is where
// the attempt comes from, with or without a port. It returns ErrWrong, *TooManyError or
// ErrBusy, all of them after a time that does not tell whether there is such a
// user.
func (d *Directory) Authenticate(ctx context.Context, username, password, address string) (*User, error) {
	if len(password) > maxPassword || utf8.RuneCountInString(username) > maxUsername || username == "" {
		// It costs no hash, so it counts for the address alone: it must not push the
		// counts of users out.
		if _, err := d.limits.begin("", address); err != nil {
			return nil, err
		}
		return nil, ErrWrong
	}
	attempt, err := d.limits.begin(username, address)
	if err != nil {
		return nil, err
	}
	user, err := d.byUsername(username)
	if err != nil {
		attempt.cancel()
		return nil, err
	}
	hash, own := d.hashes.pick(user, username)
	matches := false
	if err := d.queue.do(ctx, func() { matches = hash.Verify(password) }); err != nil {
		attempt.cancel()
		return nil, err
	}
	if !matches || !own {
		return nil, ErrWrong
	}
	attempt.succeed()
	return user, nil
}
