package local

import (
	"context"
	"unicode/utf8"

	"github.com/grantor-dev/grantor/server/identity"
)

const (
	// maxUsername is what the schema allows, in characters.
	maxUsername = 128
	// maxPassword is in bytes.
	maxPassword = 1024
)

// The name of the source, and how its users authenticate (RFC 8176).
const (
	sourceName     = "local"
	methodPassword = "pwd"
)

// Authenticate implements identity.Source. It refuses after a time that does not tell
// whether there is such a user.
func (d *Directory) Authenticate(ctx context.Context, username, password, address string) (*identity.Authentication, error) {
	if len(password) > maxPassword || utf8.RuneCountInString(username) > maxUsername || username == "" {
		// It costs no hash, so it is counted for the address alone: it must not push the
		// counts of users out.
		if _, err := d.limits.begin("", address); err != nil {
			return nil, err
		}
		return nil, identity.ErrWrong
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
		return nil, identity.ErrWrong
	}
	attempt.succeed()
	return &identity.Authentication{
		Person: user, Evidence: identity.Evidence{Source: sourceName, AMR: []string{methodPassword}},
	}, nil
}
