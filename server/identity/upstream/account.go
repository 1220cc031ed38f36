package upstream

import (
	"context"
	"errors"
	"time"
)

// Account is what a provider says about a user.
type Account struct {
	// ID never changes, and is never given to another user of the provider.
	ID string
	// Username, DisplayName and Email are empty if the provider does not say them.
	Username, DisplayName, Email string
	// EmailVerified says that the provider has verified Email.
	EmailVerified bool
	// HostedDomain is the domain of the organization at Google whose account it is, empty for a
	// private account.
	HostedDomain string
	// Groups are named as the provider names them.
	Groups []string
	// Claims are further claims about the user (OpenID Connect Core 1.0 section 5.1).
	Claims map[string]any
	// AMR and ACR say how the user signed in at the provider, if the provider sends them.
	AMR []string
	ACR string
	// AuthTime is when the user signed in there, in seconds since 1970; 0 if the provider does
	// not say.
	AuthTime int64
	// RefreshToken asks the provider again; empty if it gave none.
	RefreshToken string
	// IDToken is a hint for signing out, Session the sid in it; empty if there is none.
	IDToken, Session string
}

// Errors of a provider. Any other error does not say whether the user is one of the provider's:
// it cannot be reached, or answered with an error of its own.
var (
	// ErrGone says that the provider no longer has the user or no longer lets the user in.
	ErrGone = errors.New("the provider no longer lets the user in")
	// ErrWrong says that the name or the password is wrong. It does not say which.
	ErrWrong = errors.New("the username or the password is wrong")
	// ErrUnanswered says that a password was sent, and that there was no answer, or one that
	// does not say whether it is right.
	ErrUnanswered = errors.New("the provider does not say whether the password is right")
	// ErrCode says that the provider does not accept a code: anyone can send one.
	ErrCode = errors.New("the provider does not accept the code")
	// ErrStale says that the user had to sign in there again and did not.
	ErrStale = errors.New("the user did not sign in anew at the provider")
	// ErrMixedUp says that an answer comes from another provider (RFC 9700 section 4.4).
	ErrMixedUp = errors.New("the answer is one of another provider")
)

// ErrAway says that a provider answers no request at the moment. A failure that may concern one
// user only is not ErrAway.
var ErrAway = errors.New("the provider cannot be reached")

// Away returns an error that is ErrAway, too. It says what err says.
func Away(err error) error { return away{err} }

type away struct{ error }

func (a away) Unwrap() []error { return []error{a.error, ErrAway} }

// Connector asks a provider again.
type Connector interface {
	// Again returns what the provider says about an account now. It returns ErrGone and ErrAway.
	// With another error, it returns the zero Account, or one that must be stored because the
	// old RefreshToken was used up.
	Again(ctx context.Context, known Account) (Account, error)
}

// Redirecting is a provider on whose pages users sign in.
type Redirecting interface {
	Connector
	// AuthorizationURL returns where to send a user.
	AuthorizationURL(ctx context.Context, request Request) (string, error)
	// Redeem returns the account of the user for whom the provider gave a code. It returns
	// ErrCode, ErrGone and ErrStale.
	Redeem(ctx context.Context, code string, request Request) (Account, error)
}

// Request is one authorization request to a provider.
type Request struct {
	// RedirectURI is that of the provider.
	RedirectURI string
	// State, Nonce and Verifier are random. Verifier is that of PKCE (RFC 7636).
	State, Nonce, Verifier string
	// Login says that the user must give a password there even if signed in, LoginHint who
	// it is; empty for no hint.
	Login     bool
	LoginHint string
	// Began is when the user was sent to the provider.
	Began time.Time
}

// Password is a provider to which this server sends the password that a user types.
type Password interface {
	Connector
	// Authenticate returns the account of a user. It returns ErrWrong, and ErrGone for a user
	// with the right password who may not sign in. Before it compares the password of an
	// account, it calls guess with the account's ID, because one account can have several names.
	// If guess returns ErrWrong, it goes on as for a name that does not exist; another error of
	// guess ends the attempt. After any other error, the attempt counts only if the error is
	// ErrUnanswered.
	Authenticate(ctx context.Context, username, password string, guess func(id string) error) (Account, error)
}
