package identity

import (
	"context"
	"errors"
	"time"
)

// Source knows users.
type Source interface {
	// Authenticate returns the user whose name and password these are. address is where
	// the attempt comes from, with or without a port. It returns ErrWrong, *TooManyError or
	// ErrBusy.
	Authenticate(ctx context.Context, username, password, address string) (*Authentication, error)
	// Lookup returns the user with the given subject, or nil if there is none that the
	// source accepts now.
	Lookup(ctx context.Context, subject string) (*Person, error)
}

// Authentication is who signed in, and how.
type Authentication struct {
	Person *Person
	Evidence
}

// Evidence is how a user signed in. It is stored with the Login.
type Evidence struct {
	// Source is the name of the source.
	Source string `json:"source"`
	// AMR are the methods that were used (RFC 8176), ACR is the class that they amount to;
	// empty if the source has no classes.
	AMR []string `json:"amr"`
	ACR string   `json:"acr,omitempty"`
	// Claims are what the source said of the user, if it cannot be asked again.
	Claims map[string]any `json:"claims,omitempty"`
}

var (
	// ErrWrong says that username and password are not those of a user. It does not
	// say which of them is wrong, nor whether the user is disabled.
	ErrWrong = errors.New("the username or the password is wrong")
	// ErrBusy says that too many passwords are being compared; nothing was tried.
	ErrBusy = errors.New("too many users are signing in at the moment")
)

// TooManyError says that no further attempt is allowed yet; nothing was tried.
type TooManyError struct {
	// RetryAfter is how long it is until then.
	RetryAfter time.Duration
}

// Error implements error.
func (*TooManyError) Error() string { return "too many failed attempts to log in" }
