package local

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/server/identity"
)

// methodPassword is how users authenticate here (RFC 8176).
const methodPassword = "pwd"

// Authenticate implements identity.Source. It refuses after a time that does not tell
// whether there is such a user.
func (d *Directory) Authenticate(ctx context.Context, given *identity.Attempt) (*identity.Authentication, error) {
	if !given.Usable() {
		// It costs no hash, so it is counted for the address alone: it must not push the
		// counts of users out.
		if _, err := d.limits.Begin("", given.Address, ""); err != nil {
			return nil, err
		}
		return nil, identity.ErrWrong
	}
	if d.denied() {
		// No user has a password here, so it is not compared.
		if _, err := d.limits.Begin("", given.Address, ""); err != nil {
			return nil, err
		}
		return nil, identity.ErrWrong
	}
	user, err := d.byUsername(given.Username)
	if err != nil {
		return nil, err
	}
	hash, own := d.hashes.pick(user, given.Username)
	browser := ""
	if own {
		browser = knownBrowser(user, hash, given.Known)
	}
	// What is refused for nothing must not be counted: it would push the counts of users out.
	lane := d.queue.Lane(browser != "")
	leave, err := lane.Place(given.Username)
	if err != nil {
		return nil, err
	}
	defer leave()
	attempt, err := d.limits.Begin(given.Username, given.Address, browser)
	if err != nil {
		return nil, err
	}
	matches := false
	if err := d.queue.Do(ctx, lane, func() { matches = hash.Verify(given.Password) }); err != nil {
		attempt.Cancel()
		return nil, err
	}
	if !matches || !own {
		return nil, identity.ErrWrong
	}
	attempt.Cancel()
	return &identity.Authentication{
		Person: user, Evidence: identity.Evidence{Source: identity.SourceLocal, AMR: []string{methodPassword}}, Credential: credential(hash),
	}, nil
}

// knownBrowser returns the browser in which a user signed in with the present password,
// "" if it did not or the user's sessions were ended since.
func knownBrowser(user *identity.Person, hash passwords.Hash, known []identity.Known) string {
	for _, k := range known {
		if user.Honours(k.UserUID, time.UnixMilli(k.SignedInAt)) && k.Credential == credential(hash) {
			return k.Browser
		}
	}
	return ""
}

// credential stands for a hash in a sealed cookie.
func credential(hash passwords.Hash) string {
	sum := sha256.Sum256([]byte(hash.Text()))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
