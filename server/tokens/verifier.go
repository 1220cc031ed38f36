package tokens

import (
	"context"
	"errors"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/marks"
	"github.com/grantor-dev/grantor/server/subjects"
)

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
}

// Users finds users.
type Users interface {
	// Lookup returns the user with the given sub, or nil if there is none.
	Lookup(ctx context.Context, subject string, link identity.Link) (*identity.Person, error)
}

// Logins finds Logins.
type Logins interface {
	// Find returns the Login of a name that counts, or nil.
	Find(ctx context.Context, name string, now time.Time) (*logins.Login, error)
}

// Revocations knows revoked access tokens.
type Revocations interface {
	// Revoked reports whether the token with the given id is revoked.
	Revoked(ctx context.Context, id string) (bool, error)
}

// Namespaces knows the labels of namespaces.
type Namespaces interface {
	// NamespaceLabels returns them, and whether they are not known.
	NamespaceLabels(name string) (set map[string]string, unknown bool)
}

var (
	_ Namespaces  = (*lookup.Registry)(nil)
	_ Clients     = (*lookup.Registry)(nil)
	_ Users       = identity.Source(nil)
	_ Logins      = (*logins.Store)(nil)
	_ Revocations = (*marks.Store)(nil)
)

// Verifier says whether tokens are the server's and still count. Its errors are
// httpx.Errors.
type Verifier struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer      func() string
	Keys        *keys.Store
	Now         func() time.Time
	Clients     Clients
	Users       Users
	Grants      *grants.Store
	Logins      Logins
	Revocations Revocations
	// Namespaces decides about exchanged tokens of ServiceAccounts, which do not count
	// without it.
	Namespaces Namespaces
}

// Access returns the claims of an access token that this server made and that has not
// expired, nil for any other.
func (v *Verifier) Access(token string) (*AccessClaims, error) {
	set, err := v.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	claims, err := Parse(set, v.Issuer(), token, v.Now())
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // an invalid token is an answer, not an error
	}
	return &claims, nil
}

// Refresh returns the Grant of a refresh token of any generation, nil if this server did
// not issue it.
func (v *Verifier) Refresh(ctx context.Context, text string) (*grants.Grant, grants.Token, error) {
	token, err := grants.ParseToken(text)
	if err != nil {
		return nil, token, nil //nolint:nilerr // a token that is none is an answer, not an error
	}
	set, err := v.Keys.Current()
	if err != nil {
		return nil, token, httpx.Unavailable(err)
	}
	if !token.Authentic(set, v.Issuer()) {
		return nil, token, nil
	}
	g, err := v.Grants.Find(ctx, token.Grant)
	if errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid) {
		return nil, token, nil
	}
	if err != nil {
		return nil, token, httpx.Unavailable(err)
	}
	if !g.Issued(set, v.Issuer(), token) {
		return nil, token, nil
	}
	return g, token, nil
}

// SubjectFor returns the sub by which a client knows a user.
func (v *Verifier) SubjectFor(client *clients.Client, subject string) (string, error) {
	set, err := v.Keys.Current()
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	sub, err := subjects.For(set, client, subject)
	return sub, httpx.UnavailableIf(err)
}

// Insufficient reports whether a user's token does not count, whatever else it lacks, because
// one of the clients that led to it demands a second factor that the user did not give. It
// reads nothing from storage. It returns an httpx.Error.
func (v *Verifier) Insufficient(claims *AccessClaims) (bool, error) {
	if claims.Grant == "" || claims.ACR == identity.ACRSecondFactor {
		return false, nil
	}
	for _, stage := range claims.stages() {
		client, err := v.Clients.Client(stage.ClientID)
		if err != nil {
			return false, httpx.Unavailable(err)
		}
		if client != nil && !client.Suffices(nil) {
			return true, nil
		}
	}
	return false, nil
}
