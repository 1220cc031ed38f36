package local

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/guesses"
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
	p, err := d.compare(ctx, given)
	if err != nil {
		return nil, err
	}
	return &identity.Authentication{
		Person: p.person, Evidence: identity.Evidence{Source: identity.SourceLocal, AMR: []string{methodPassword}}, Credential: p.credential(),
	}, nil
}

// compare compares a usable password with the one of the user. What is read live is read once the
// attempt has a place and is counted, so that strangers cannot make the API server be asked more.
func (d *Directory) compare(ctx context.Context, given *identity.Attempt) (*proved, error) {
	user, err := d.byUsername(given.Username)
	if err != nil {
		return nil, err
	}
	p := &proved{person: user}
	p.hash, p.has = d.hashes.pick(user, given.Username)
	p.administrators = p.hash
	reads := d.reads()
	browser := ""
	if p.has {
		browser = knownBrowser(p, given.Known, reads)
	}
	// What is refused for nothing must not be counted: it would push the counts of users out.
	place, err := d.begin(given, browser)
	if err != nil {
		return nil, err
	}
	defer func() { place.done() }()
	if reads {
		if err := d.readOwn(ctx, p, given.Username); err != nil {
			place.attempt.Cancel()
			return nil, err
		}
		if browser != "" && knownBrowser(p, given.Known, false) == "" {
			// It is known for a former password only.
			place.done()
			if place, err = d.begin(given, ""); err != nil {
				return nil, err
			}
		}
	}
	matches := false
	if err := d.queue.Do(ctx, place.lane, func() { matches = p.hash.Verify(given.Password) }); err != nil {
		place.attempt.Cancel()
		return nil, err
	}
	if !matches || !p.has {
		return nil, identity.ErrWrong
	}
	place.attempt.Cancel()
	return p, p.void
}

// placed is an attempt that has a place in a lane and is counted.
type placed struct {
	lane    *guesses.Lane
	leave   func()
	attempt *guesses.Attempt
}

func (p *placed) done() {
	if p != nil {
		p.leave()
	}
}

func (d *Directory) begin(given *identity.Attempt, browser string) (*placed, error) {
	p := &placed{lane: d.queue.Lane(browser != "")}
	var err error
	if p.leave, err = p.lane.Place(given.Username); err != nil {
		return nil, err
	}
	if p.attempt, err = d.limits.Begin(given.Username, given.Address, browser); err != nil {
		p.leave()
		return nil, err
	}
	return p, nil
}

// knownBrowser returns the browser in which a user signed in with the present password,
// "" if it did not or the user's sessions were ended since. With former, one of a former password
// counts as well.
func knownBrowser(p *proved, known []identity.Known, former bool) string {
	for _, k := range known {
		if p.person.Honours(k.UserUID, time.UnixMilli(k.SignedInAt)) && (former || k.Credential == p.credential()) {
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
