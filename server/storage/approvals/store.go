package approvals

import (
	"context"
	"errors"
	"fmt"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=approvals,verbs=get;list;watch;create;update,namespace=grantor-system

// Store keeps Approvals.
type Store struct {
	objects storage.Sealed[sessionv1alpha1.Approval, *sessionv1alpha1.Approval]
	room    func() error
}

// New returns the store of a server. room takes room for one more Approval.
func New(b storage.Backend, room func() error) *Store {
	return &Store{storage.NewSealed(b, "Approval", keys.PurposeApproval, linkedVersion, parts), room}
}

// ErrTaken says that the user code is another user's, or another device's, or that it was
// decided before.
var ErrTaken = errors.New("the user code is in use")

// Name returns the name of the Approval of a user code.
func (s *Store) Name(userCode string) (string, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return "", err
	}
	return set.Names(keys.PurposeApprovalName, userCode)[0], nil
}

// Find reads the Approval of a user code. It returns nil if there is none that counts.
func (s *Store) Find(ctx context.Context, userCode string, now time.Time) (*Approval, error) {
	name, err := s.Name(userCode)
	if err != nil {
		return nil, err
	}
	return s.named(ctx, name, now)
}

func (s *Store) named(ctx context.Context, name string, now time.Time) (*Approval, error) {
	object, err := s.objects.Get(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, err
	}
	a, err := s.Read(object)
	if errors.Is(err, storage.ErrVoid) || err == nil && !now.Before(a.ExpiresAt) {
		return nil, nil //nolint:nilnil // as above
	}
	return a, err
}

// Create stores the first thing that is known of a user code. It returns ErrTaken if there
// is an Approval of another user or device, or one that was decided otherwise; that there is
// one that says the same is a success. Where there is no room it returns what room says.
func (s *Store) Create(ctx context.Context, userCode string, a Approval, now time.Time) error {
	var err error
	if a.name, err = s.Name(userCode); err != nil {
		return err
	}
	if err = s.room(); err != nil {
		return err
	}
	a.attempt = storage.NewName()
	object, err := s.object(&a)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = s.objects.Create(ctx, object)
		if errors.Is(err, storage.ErrExists) {
			return s.same(ctx, &a, now)
		}
		if err == nil {
			return nil
		}
		if try == 2 {
			return fmt.Errorf("store approval: %w", err)
		}
	}
}

// same returns nil if what is stored says what a says, else ErrTaken.
func (s *Store) same(ctx context.Context, a *Approval, now time.Time) error {
	stored, err := s.named(ctx, a.name, now)
	switch {
	case err != nil:
		return err
	case stored == nil, stored.Subject != a.Subject, stored.UserUID != a.UserUID:
		return ErrTaken
	case stored.attempt == a.attempt:
		return nil
	case a.Code == nil:
		// A user who types the code again goes on, unless the decision was made.
		if stored.State == sessionv1alpha1.ApprovalClaimed || stored.State == sessionv1alpha1.ApprovalAsked {
			return nil
		}
		return ErrTaken
	case stored.IsFor(a.Code) && stored.State == a.State:
		return nil
	}
	return ErrTaken
}

// Ask stores what the device of a user code asks for, whose user has typed the code. It
// changes nothing if another device did so before.
func (s *Store) Ask(ctx context.Context, code *Code, now time.Time) error {
	return s.change(ctx, code.UserCode, now, func(a *Approval) (bool, error) {
		if a.State != sessionv1alpha1.ApprovalClaimed {
			return false, nil
		}
		a.State, a.Code, a.ExpiresAt = sessionv1alpha1.ApprovalAsked, code, code.ExpiresAt().Add(Late)
		return true, nil
	})
}

// Decide stores what a user decided about a device that has asked. What was allowed can still
// be denied. It returns ErrTaken if the code is another user's or device's, or was denied.
func (s *Store) Decide(ctx context.Context, decision Approval, now time.Time) error {
	return s.change(ctx, decision.Code.UserCode, now, func(a *Approval) (bool, error) {
		switch {
		case a.Subject != decision.Subject || a.UserUID != decision.UserUID || !a.IsFor(decision.Code):
			return false, ErrTaken
		case a.State == decision.State:
			return false, nil
		case a.State != sessionv1alpha1.ApprovalAsked && decision.State != sessionv1alpha1.ApprovalDenied:
			return false, ErrTaken
		}
		a.State, a.Evidence, a.AuthTime, a.DecidedAt = decision.State, decision.Evidence, decision.AuthTime, decision.DecidedAt
		a.Refreshes = decision.Refreshes
		return true, nil
	})
}

// Deny denies what a user allowed devices of a client that have not asked since.
func (s *Store) Deny(ctx context.Context, subject, clientUID string) error {
	of := func(a *Approval) bool { return a.Subject == subject && a.Code != nil && a.Code.ClientUID == clientUID }
	all, err := storage.Of(ctx, &s.objects, subject, s.Read, of)
	if err != nil {
		return err
	}
	for _, a := range all {
		err := s.objects.Change(ctx, a.name, func(object *sessionv1alpha1.Approval) bool {
			denied := object.Spec.State == sessionv1alpha1.ApprovalDenied
			object.Spec.State = sessionv1alpha1.ApprovalDenied
			return !denied
		})
		if err != nil {
			return fmt.Errorf("deny approval: %w", err)
		}
	}
	return nil
}

// attempts bounds how often a change is tried that meets others.
const attempts = 5

// change alters the Approval of a user code, again while others write it. That there is
// none is ErrTaken: it has expired. A write of which the answer was lost is tried once
// more, and recognised when the Approval is read.
func (s *Store) change(ctx context.Context, userCode string, now time.Time, alter func(*Approval) (bool, error)) error {
	var err error
	for try, lost := 0, 0; try < attempts && lost < 2; try++ {
		err = s.tryChange(ctx, userCode, now, alter)
		if err == nil || errors.Is(err, ErrTaken) {
			return err
		}
		if !errors.Is(err, storage.ErrConflict) {
			lost++
		}
	}
	return fmt.Errorf("store approval: %w", err)
}

func (s *Store) tryChange(ctx context.Context, userCode string, now time.Time, alter func(*Approval) (bool, error)) error {
	a, err := s.Find(ctx, userCode, now)
	if err != nil {
		return err
	}
	if a == nil {
		return ErrTaken
	}
	if changed, err := alter(a); err != nil || !changed {
		return err
	}
	object, err := s.object(a)
	if err != nil {
		return err
	}
	return s.objects.Update(ctx, object)
}
