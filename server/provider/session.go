package provider

import (
	"context"
	"time"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// session is what a grant handler keeps beside a token request, from checking the
// request to answering it.
type session struct {
	lifetime time.Duration

	// grant is what a person authorized, as it will be when commit has succeeded; nil
	// for a client's own token. person is who.
	grant  *grants.Grant
	person *identity.Person
	// nonce goes into the ID token.
	nonce string
	// refreshToken and idToken are parts of the answer.
	refreshToken, idToken string
	// commit stores what the answer promises; nil if there is nothing to store.
	commit func(context.Context) error
}

var _ fosite.Session = (*session)(nil)

// SetExpiresAt implements fosite.Session. When a token expires is for accessToken to
// say.
func (s *session) SetExpiresAt(fosite.TokenType, time.Time) {}

// GetExpiresAt implements fosite.Session.
func (s *session) GetExpiresAt(fosite.TokenType) time.Time { return time.Time{} }

// GetUsername implements fosite.Session.
func (s *session) GetUsername() string { return "" }

// GetSubject implements fosite.Session.
func (s *session) GetSubject() string { return "" }

// Clone implements fosite.Session.
func (s *session) Clone() fosite.Session {
	clone := *s
	return &clone
}

// sessionOf returns the client and the session of a request.
func sessionOf(request fosite.AccessRequester) (*clients.Client, *session, error) {
	client, ok := request.GetClient().(*clients.Client)
	s, okSession := request.GetSession().(*session)
	if !ok || !okSession {
		return nil, nil, errForeignRequest
	}
	return client, s, nil
}
