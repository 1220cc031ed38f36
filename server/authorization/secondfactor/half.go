package secondfactor

import (
	"time"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

const (
	// lifetime is how long a user has for a second factor.
	lifetime = 10 * time.Minute
	// Recent is how long ago a user may have signed in to add or remove factors.
	Recent = 5 * time.Minute
)

// Half is a user who has given a password and not yet a second factor. It travels sealed:
// nobody is signed in, and nothing is stored.
type Half struct {
	Subject  string            `json:"s"`
	UserUID  string            `json:"u"`
	Evidence identity.Evidence `json:"e"`
	// Credential and Username are what the user gave.
	Credential string `json:"c,omitempty"`
	Username   string `json:"n,omitempty"`
	// At is when, in milliseconds since 1970.
	At int64 `json:"t"`
	// Login is the Login of a user who is signed in already, Generation its generation: a user
	// who has signed in once more meanwhile is another.
	Login      string `json:"l,omitempty"`
	Generation int64  `json:"g,omitempty"`
	// Secret is that of the app that the user adds.
	Secret []byte `json:"k,omitempty"`
	// Ceremony is what the browser is asked about a passkey.
	Ceremony passkeys.Ceremony `json:"w,omitzero"`
}

// Began returns when the user gave the password.
func (h *Half) Began() time.Time { return time.UnixMilli(h.At) }

// Ended reports whether it is too late for a second factor.
func (h *Half) Ended(now time.Time) bool { return now.Sub(h.Began()) >= lifetime }

// Check returns an error for the user of a browser that has another Login by now; nil is that
// of nobody.
func (h *Half) Check(login *logins.Login) error {
	switch {
	case h.Login == "":
		return nil
	case login == nil || login.Name != h.Login:
		return flow.Forbidden("Another user is signed in now. Go back to the application and start again.")
	case login.Generation != h.Generation:
		return ErrElsewhere
	}
	return nil
}

// Link returns the link by which the user is found. The Login is one that Check lets pass.
func (h *Half) Link(login *logins.Login) identity.Link {
	if h.Login != "" {
		return login.Link
	}
	return h.Evidence.Link
}

// ErrElsewhere is the error for a user whose Login is not as it was.
var ErrElsewhere = flow.Forbidden("You signed in or out elsewhere meanwhile. Go back to the application and start again.")
