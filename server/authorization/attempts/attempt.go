package attempts

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage"
)

const (
	// version is the version of the cookie. Another is ignored.
	version = 1
	// Lifetime is how long a user can be at a provider.
	Lifetime = 10 * time.Minute
)

// Attempt is a user who is at a provider. Sealed cookies have all of it, so that nothing is
// stored before somebody comes back.
type Attempt struct {
	V int `json:"v"`
	// State is what the provider sends back, Nonce what its ID token has, Verifier the
	// code_verifier (RFC 7636).
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"k"`
	// Provider is the name of the provider, and Version that of what it was.
	Provider    string `json:"p"`
	Version     string `json:"i"`
	RedirectURI string `json:"r"`
	// Began is in milliseconds since 1970. Login says that a fresh sign-in was asked for.
	Began int64 `json:"b"`
	Login bool  `json:"l,omitempty"`
	// Pending is what the user does here afterwards.
	Pending json.RawMessage `json:"f"`
}

// New returns the Attempt of a user who is sent to a provider.
func New(p *providers.Provider, now time.Time) *Attempt {
	return &Attempt{
		State: storage.NewName(), Nonce: storage.NewName(), Verifier: newVerifier(), Provider: p.Name, Version: p.Version,
		RedirectURI: p.RedirectURI, Began: now.UnixMilli(),
	}
}

// newVerifier returns 256 random bits.
func newVerifier() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Request returns what the provider is asked.
func (a *Attempt) Request() upstream.Request {
	return upstream.Request{
		RedirectURI: a.RedirectURI, State: a.State, Nonce: a.Nonce, Verifier: a.Verifier, Login: a.Login, Began: a.began(),
	}
}

func (a *Attempt) began() time.Time { return time.UnixMilli(a.Began) }

// ErrUnknown is the error of an answer that belongs to no attempt.
var ErrUnknown = httpx.BadRequest(httpx.CodeInvalidRequest,
	"This response has already been used, is too old, or belongs to another browser. Go back to the application and start again.")
