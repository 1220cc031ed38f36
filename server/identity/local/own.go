package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// Enrollments have the passwords that users set.
type Enrollments interface {
	// FindEvenly returns what a user has enrolled, after as many reads as for any other name.
	FindEvenly(ctx context.Context, of enrollments.Owner) (*enrollments.Enrollment, error)
}

var _ Enrollments = (*enrollments.Store)(nil)

// proved is a user who has given the password.
type proved struct {
	person *identity.Person
	// enrolled is what the user has enrolled; nil where nobody may set a password.
	enrolled *enrollments.Enrollment

	// hash is what the password was compared with, which has says is the user's.
	// administrators is that of passwordSecretRef.
	hash, administrators passwords.Hash
	has                  bool
	// void says why nobody gets in: it is not known whether the user set a password. Only who
	// knows the administrator's is told.
	void error
}

// credential stands for the password.
func (p *proved) credential() string { return credential(p.hash) }

// mayChange reports whether a user may set a password.
func mayChange(u *oauthv1alpha1.OAuthUser) bool {
	return u.Spec.PasswordChange == oauthv1alpha1.PasswordChangeAllow
}

// KeepIn says where the passwords that users set are. It is to be called before the first user
// signs in.
func (d *Directory) KeepIn(own Enrollments) { d.own = own }

// reads reports whether somebody may have set a password: then there is a read for every name,
// whoever has it, and also if nobody does.
func (d *Directory) reads() bool {
	return d.own != nil && len(d.users.ListIndexFuncValues(indexOwn)) > 0
}

// readOwn makes the password that the user set, if it counts, be the one to compare with. What is
// read for a name that nobody has is never there.
func (d *Directory) readOwn(ctx context.Context, p *proved, username string) error {
	of := enrollments.Owner{Subject: "nobody:" + username}
	if p.person != nil {
		of = enrollments.OwnerOf(p.person)
	}
	e, err := d.own.FindEvenly(ctx, of)
	void := errors.Is(err, storage.ErrVoid)
	switch {
	case err != nil && !void:
		return fmt.Errorf("read the user's own password: %w", err)
	case !p.has || !p.person.OwnPassword:
		return nil
	case void:
		p.void = factors.ErrVoid
		return nil
	}
	p.enrolled = e
	if !e.Password.Counts(p.administrators) {
		return nil
	}
	own, err := passwords.ParseMade(e.Password.Hash)
	if err != nil {
		p.void = factors.ErrVoid
		return nil //nolint:nilerr // it is told whoever knows the administrator's password
	}
	p.hash = own
	return nil
}

// MayChange reports whether a user has a password here and may set another.
func (d *Directory) MayChange(person *identity.Person) bool {
	if d.own == nil || !person.OwnPassword || d.denied() {
		return false
	}
	_, has := d.hashes.pick(person, person.Username)
	return has
}

// NewPassword compares the present password of a user as Authenticate does, and returns another
// one, whose hash costs as much as the administrator's. It returns factors.ErrNoPassword, too.
func (d *Directory) NewPassword(ctx context.Context, person *identity.Person, given *identity.Attempt, password string, now time.Time) (*factors.NewPassword, error) {
	if !d.MayChange(person) {
		return nil, factors.ErrNoPassword
	}
	if !given.Usable() {
		return nil, identity.ErrWrong
	}
	p, err := d.compare(ctx, given)
	switch {
	case err != nil:
		return nil, err
	case p.person.UID != person.UID || p.enrolled == nil:
		// Another user has the name by now, or the user may set none any more.
		return nil, factors.ErrNoPassword
	}
	// Whoever knows the password is no stranger.
	lane := d.queue.Lane(true)
	leave, err := lane.Place(given.Username)
	if err != nil {
		return nil, err
	}
	defer leave()
	var hash passwords.Hash
	if busy := d.queue.Do(ctx, lane, func() { hash, err = passwords.Make(p.administrators, password) }); busy != nil {
		return nil, busy
	}
	if err != nil {
		return nil, fmt.Errorf("hash the user's own password: %w", err)
	}
	return &factors.NewPassword{
		Enrolled: p.enrolled, Password: enrollments.NewPassword(hash, p.administrators, now), Credential: credential(hash),
	}, nil
}

// Current reports whether a credential stands for the password that a user has now.
func (d *Directory) Current(person *identity.Person, e *enrollments.Enrollment, given string) bool {
	hash, has := d.hashes.pick(person, person.Username)
	if !has || d.denied() {
		return false
	}
	if person.OwnPassword && e.Password.Counts(hash) {
		own, err := passwords.ParseMade(e.Password.Hash)
		return err == nil && credential(own) == given
	}
	return credential(hash) == given
}

// Still reports whether a credential stands for the password that a user has now, which it reads
// live if the user may have set one. To be called once the Login is stored: who changes a password
// stores it and then ends the Logins, so no Login that the former one made is left.
func (d *Directory) Still(ctx context.Context, person *identity.Person, given string) (bool, error) {
	e := &enrollments.Enrollment{}
	if d.own != nil && person.OwnPassword {
		var err error
		e, err = d.own.FindEvenly(ctx, enrollments.OwnerOf(person))
		if errors.Is(err, storage.ErrVoid) {
			return false, factors.ErrVoid
		}
		if err != nil {
			return false, fmt.Errorf("read the user's own password once more: %w", err)
		}
	}
	return d.Current(person, e, given), nil
}
