package enrollments

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=enrollments,verbs=get;create;update,namespace=grantor-system

// payloadVersion is the version of what Content encrypts, and plainVersion that of one without a
// password: releases that know none must not take one away with the next factor.
const payloadVersion, plainVersion = 2, 1

// ErrChanged says that the Enrollment was changed since it was read.
var ErrChanged = errors.New("the enrollment was changed")

// Store keeps Enrollments.
type Store struct {
	objects storage.Sealed[sessionv1alpha1.Enrollment, *sessionv1alpha1.Enrollment]
	room    func() error
}

// New returns the store of a server. Payloads are not bound to the issuer, which can change:
// enrollments stay valid. Keys and names distinguish servers. room takes room for the Enrollment
// of one more user of a provider: how many OAuthUsers there are, administrators decide.
func New(b storage.Backend, room func() error) *Store {
	b.Issuer = func() string { return "" }
	return &Store{storage.NewSealed(b, "Enrollment", keys.PurposeEnrollment, payloadVersion, parts), room}
}

// Find reads what a user has enrolled. A user who has nothing gets an empty Enrollment.
// One that does not verify is an error and not empty: otherwise, anyone who can damage it could
// sign in without its factors.
func (s *Store) Find(ctx context.Context, of Owner) (*Enrollment, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	all := names(set, of)
	for n := range all {
		if e, err := s.at(ctx, of, all, n); !errors.Is(err, storage.ErrNotFound) {
			return e, err
		}
	}
	return &Enrollment{Owner: of, name: all[0]}, nil
}

// FindEvenly is Find with as many reads for who has an Enrollment as for who has none, so that
// its time does not tell which users there are.
func (s *Store) FindEvenly(ctx context.Context, of Owner) (*Enrollment, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	all := names(set, of)
	found, failed := &Enrollment{Owner: of, name: all[0]}, storage.ErrNotFound
	for n := range all {
		if e, err := s.at(ctx, of, all, n); errors.Is(failed, storage.ErrNotFound) && !errors.Is(err, storage.ErrNotFound) {
			found, failed = e, err
		}
	}
	if errors.Is(failed, storage.ErrNotFound) {
		failed = nil
	}
	return found, failed
}

// at reads an Enrollment under one of its names. It returns storage.ErrNotFound.
func (s *Store) at(ctx context.Context, of Owner, all []string, n int) (*Enrollment, error) {
	object, err := s.objects.Get(ctx, all[n])
	if err != nil {
		return nil, err
	}
	e, err := s.read(object)
	if err != nil {
		return nil, fmt.Errorf("read enrollment %s: %w", all[n], err)
	}
	if e.Owner != of {
		return nil, fmt.Errorf("read enrollment %s: %w", all[n], storage.ErrVoid)
	}
	if n > 0 {
		// It is written under the present name.
		e.version = ""
	}
	e.name = all[0]
	return e, nil
}

// read returns a stored Enrollment.
func (s *Store) read(object *sessionv1alpha1.Enrollment) (*Enrollment, error) {
	e := &Enrollment{Owner: Owner{object.Spec.Subject, object.Spec.UserUID}, version: object.ResourceVersion}
	if object.Spec.State != sessionv1alpha1.EnrollmentActive {
		return e, nil
	}
	if err := s.objects.Open(object, &e.Content); err != nil {
		return nil, err
	}
	return e, nil
}

// Reserve takes room for an Enrollment, if it needs any, for a caller that has something to do
// before it writes. It returns what says that there is no room as it is.
func (s *Store) Reserve(e *Enrollment) error {
	if e.roomy || e.version != "" || e.UserUID != "" {
		return nil
	}
	if err := s.room(); err != nil {
		return err
	}
	e.roomy = true
	return nil
}

// Write replaces what was read with what a user has enrolled, sealed with the root key that is
// in use. Every factor that is given is written, so that the Enrollments of users who sign in
// with one move to the next root key. It returns ErrChanged, and what says that there is no room as it is.
func (s *Store) Write(ctx context.Context, e *Enrollment) error {
	object := &sessionv1alpha1.Enrollment{Spec: sessionv1alpha1.EnrollmentSpec{
		Subject: e.Subject, UserUID: e.UserUID, State: sessionv1alpha1.EnrollmentActive, Factors: e.kinds(),
	}}
	if !e.ExpiresAt.IsZero() {
		at := metav1.NewTime(e.ExpiresAt)
		object.Spec.ExpiresAt = &at
	}
	content := e.Content
	content.Version = content.written()
	err := s.objects.Seal(object, storage.Meta{Name: e.name, Version: e.version, Subject: e.Subject, Deletable: e.ExpiresAt}, &content)
	if err != nil {
		return err
	}
	root := keys.SealedWith(object.Spec.Payload)
	object.Labels[sessionv1alpha1.LabelRoot] = hex.EncodeToString(root[:])
	store := s.objects.Put
	if e.version == "" {
		store = s.objects.Make
	}
	if err := s.Reserve(e); err != nil {
		return err
	}
	stored, err := store(ctx, object)
	switch {
	case errors.Is(err, storage.ErrConflict), errors.Is(err, storage.ErrExists), errors.Is(err, storage.ErrNotFound):
		return ErrChanged
	case err != nil:
		return fmt.Errorf("store enrollment: %w", err)
	}
	e.version = stored.ResourceVersion
	return nil
}

func names(set *keys.Set, of Owner) []string {
	return set.Names(keys.PurposeEnrollmentName, fmt.Sprintf("%q", []string{of.Subject, of.UserUID}))
}
