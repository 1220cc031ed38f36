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

// ErrNone says that a user has no password to replace, or may not.
var ErrNone = errors.New("the user may set no password")

// Proved is a user who has given the password.
type Proved struct {
	Person *identity.Person
	// Enrolled is what the user has enrolled; nil where nobody may set a password.
	Enrolled *enrollments.Enrollment

	// hash is what the password was compared with, which has says is the user's.
	// administrators is that of passwordSecretRef.
	hash, administrators passwords.Hash
	has                  bool
	// void says why nobody gets in: it is not known whether the user set a password. Only who
	// knows the administrator's is told.
	void error
}

// Credential stands for the password.
func (p *Proved) Credential() string { return credential(p.hash) }

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
func (d *Directory) readOwn(ctx context.Context, p *Proved, username string) error {
	of := enrollments.Owner{Subject: "nobody:" + username}
	if p.Person != nil {
		of = enrollments.OwnerOf(p.Person)
	}
	e, err := d.own.FindEvenly(ctx, of)
	void := errors.Is(err, storage.ErrVoid)
	switch {
	case err != nil && !void:
		return fmt.Errorf("read the user's own password: %w", err)
	case !p.has || !p.Person.OwnPassword:
		return nil
	case void:
		p.void = factors.ErrVoid
		return nil
	}
	p.Enrolled = e
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

// Prove compares a password as Authenticate does, for a user who wants to set another. It returns
// ErrNone, too.
func (d *Directory) Prove(ctx context.Context, person *identity.Person, given *identity.Attempt) (*Proved, error) {
	if !d.MayChange(person) {
		return nil, ErrNone
	}
	if !given.Usable() {
		return nil, identity.ErrWrong
	}
	p, err := d.compare(ctx, given)
	switch {
	case err != nil:
		return nil, err
	case p.Person.UID != person.UID || p.Enrolled == nil:
		// Another user has the name by now, or the user may set none any more.
		return nil, ErrNone
	}
	return p, nil
}

// Make returns a password that a user sets who has given the present one, and what stands for it.
// Its hash costs as much as the administrator's. It returns identity.ErrBusy.
func (d *Directory) Make(ctx context.Context, p *Proved, password string, now time.Time) (made *enrollments.Password, credential string, err error) {
	// Whoever knows the password is no stranger.
	lane := d.queue.Lane(true)
	leave, err := lane.Place(p.Person.Username)
	if err != nil {
		return nil, "", err
	}
	defer leave()
	next := &Proved{}
	if busy := d.queue.Do(ctx, lane, func() { next.hash, err = passwords.Make(p.administrators, password) }); busy != nil {
		return nil, "", busy
	}
	if err != nil {
		return nil, "", err
	}
	return enrollments.NewPassword(next.hash, p.administrators, now), next.Credential(), nil
}

// Current reports whether a credential stands for the password that a user has now.
func (d *Directory) Current(person *identity.Person, e *enrollments.Enrollment, given string) bool {
	hash, has := d.hashes.pick(person, person.Username)
	if !has {
		return false
	}
	if person.OwnPassword && e.Password.Counts(hash) {
		own, err := passwords.ParseMade(e.Password.Hash)
		return err == nil && credential(own) == given
	}
	return credential(hash) == given
}
