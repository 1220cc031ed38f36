package identity

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// Source knows users.
type Source interface {
	// Authenticate returns the user whose name and password an attempt has. It returns
	// ErrWrong, *TooManyError or ErrBusy.
	Authenticate(ctx context.Context, attempt *Attempt) (*Authentication, error)
	// Lookup returns the user with the given subject, or nil if there is none that the
	// source accepts now. An OAuthUser who signed in by a link is accepted only as long as
	// the link counts.
	Lookup(ctx context.Context, subject string, link Link) (*Person, error)
}

// Attempt is what a user gives to sign in.
type Attempt struct {
	// Provider is the OAuthIdentityProvider whose password it is; empty for that of an
	// OAuthUser.
	Provider           string
	Username, Password string
	// Address is where the attempt comes from. The zero Addr is one that many users share,
	// such as that of a proxy: it is not limited.
	Address netip.Addr
	// Known are the users who signed in with the browser before.
	Known []Known
}

// Authentication is who signed in, and how.
type Authentication struct {
	Person *Person
	Evidence
	// Agent is the browser according to its User-Agent, for the user's own list of browsers.
	Agent Agent
	// Credential stands for what the user gave, and another one is another.
	Credential string
}

// Agent is the name of a browser and the name of its system; empty if it is not known. It is
// stored with the Login.
type Agent struct {
	Browser string `json:"browser,omitempty"`
	System  string `json:"system,omitempty"`
}

// Known says that a user signed in with a browser. It is in the browser's cookie, so that
// later releases must read its JSON.
type Known struct {
	// Browser is random. Failed attempts of this user with this browser are counted for it.
	Browser string `json:"b"`
	// UserUID is that of the Person, Credential that of the Authentication.
	UserUID    string `json:"u"`
	Credential string `json:"c"`
	// SignedInAt is when, in milliseconds since 1970.
	SignedInAt int64 `json:"t"`
	// FactorAt is when the user last gave a second factor in the browser, zero for never.
	FactorAt int64 `json:"f,omitempty"`
}

// Evidence is how a user signed in. It is stored with the Login.
type Evidence struct {
	// Source is the name of the source.
	Source string `json:"source"`
	// AMR are the methods that were used (RFC 8176), ACR is the class that they amount to;
	// empty if the source has no classes.
	AMR []string `json:"amr"`
	ACR string   `json:"acr,omitempty"`
	// Session is the sid of the user's session at the source, if it has one.
	Session string `json:"session,omitempty"`
	// Said is when the user signed in according to the source, in seconds since 1970: Unsaid if
	// it does not say, 0 if the user gave a password to this server.
	Said int64 `json:"said,omitempty"`
	// Claims are what the source said of the user, if it cannot be asked again.
	Claims map[string]any `json:"claims,omitempty"`
	// Link is the account with which an OAuthUser signed in at a provider.
	Link Link `json:"link,omitzero"`
}

// Link is an account at a provider that belongs to an OAuthUser. The zero value is none: for a
// user who signed in with a password of this server, or for an account without an OAuthUser.
type Link struct {
	// Subject is the sub that the account would have without an OAuthUser. UID distinguishes it
	// from others that had the same one.
	Subject string `json:"subject,omitempty"`
	UID     string `json:"uid,omitempty"`
}

// Unsaid is the time of a source that does not say when a user signed in there.
const Unsaid = -1

// AuthTime returns when a user proved their identity, and whether that is known, for a user who
// came here at a given time. A provider can send back a user who signed in there long ago.
func AuthTime(came time.Time, said int64) (at time.Time, known bool) {
	there := time.Unix(said, 0).UTC()
	switch {
	case said < 0:
		return time.Time{}, false
	case said == 0 || there.After(came):
		return came, true
	}
	return there, true
}

// SecondFactor reports whether the user gave a second factor.
func (e *Evidence) SecondFactor() bool { return slices.Contains(e.AMR, MethodMany) }

// With returns the evidence after a second factor.
func (e Evidence) With(methods []string) Evidence {
	e.AMR = slices.Clone(e.AMR)
	for _, method := range append(slices.Clip(methods), MethodMany) {
		if !slices.Contains(e.AMR, method) {
			e.AMR = append(e.AMR, method)
		}
	}
	return e
}

var (
	// ErrWrong says that username and password are not those of a user. It does not
	// say which of them is wrong, nor whether the user is disabled.
	ErrWrong = errors.New("the username or the password is wrong")
	// ErrBusy says that too many passwords are being compared; nothing was tried.
	ErrBusy = errors.New("too many users are signing in at the moment")
	// ErrUnreachable says that the source cannot be asked whether the password is right.
	ErrUnreachable = errors.New("the identity provider cannot be reached")
)

// TooManyError says that no further attempt is allowed yet; nothing was tried.
type TooManyError struct {
	// RetryAfter is how long it is until then.
	RetryAfter time.Duration
}

// Error implements error.
func (*TooManyError) Error() string { return "too many failed attempts to log in" }
