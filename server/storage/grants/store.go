package grants

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=grants,verbs=get;list;create;update,namespace=grantor-system

// Store keeps Grants.
type Store struct {
	objects  storage.Sealed[sessionv1alpha1.Grant, *sessionv1alpha1.Grant]
	redeemed recent
}

// New returns the store of a server.
func New(b storage.Backend) *Store {
	return &Store{objects: storage.NewSealed(b, "Grant", keys.PurposeGrant, linkedVersion, parts)}
}

// Errors that callers tell apart. Any other error means that nothing may be
// answered but a 503.
var (
	// ErrGone says that there is no such Grant.
	ErrGone = errors.New("no such Grant")
	// ErrUsed says that the code of the Grant was redeemed before.
	ErrUsed = errors.New("the code was used")
	// ErrLost says that another request changed the Grant first.
	ErrLost = errors.New("another request was first")
	// ErrVoid says that the Grant is not what this server wrote.
	ErrVoid = storage.ErrVoid
)

// Find reads a Grant. It returns ErrGone, or ErrVoid.
func (s *Store) Find(ctx context.Context, name string) (*Grant, error) {
	object, err := s.objects.Get(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	return s.grant(object)
}

// Create stores a Grant that Begin returned. It returns ErrUsed if there was one of
// its name. A create of which the answer was lost is tried again, and recognised if
// it had been done.
func (s *Store) Create(ctx context.Context, g *Grant, now time.Time) error {
	if s.redeemed.has(g.Name, now) {
		return ErrUsed
	}
	object, err := s.object(g)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = s.objects.Create(ctx, object)
		if errors.Is(err, storage.ErrExists) {
			if err = s.mine(ctx, g); errors.Is(err, ErrLost) || errors.Is(err, ErrGone) || errors.Is(err, ErrVoid) {
				return ErrUsed
			}
		}
		if err == nil {
			s.redeemed.add(g.Name, g.code, now)
			return nil
		}
		if try == 2 {
			return fmt.Errorf("store grant: %w", err)
		}
	}
}

// Update stores what Next returned over the Grant that it was made from. It returns
// ErrLost if another request changed that first, also when it is gone. It is not
// tried again after a timeout: if it was done, the time in which the previous
// token gets its answer once more is running, and the caller of this one needs some.
func (s *Store) Update(ctx context.Context, g *Grant) error {
	object, err := s.object(g)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = s.objects.Update(ctx, object)
		if errors.Is(err, storage.ErrNotFound) {
			return ErrLost
		}
		if errors.Is(err, storage.ErrConflict) {
			if err = s.mine(ctx, g); errors.Is(err, ErrGone) || errors.Is(err, ErrVoid) {
				return ErrLost
			}
		}
		if err == nil || errors.Is(err, ErrLost) {
			return err
		}
		if try == 2 || errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("store grant: %w", err)
		}
	}
}

// mine returns nil if the stored Grant is what this attempt wrote, else ErrLost. A
// Grant that is still the one that was read was refused for another reason.
func (s *Store) mine(ctx context.Context, g *Grant) error {
	stored, err := s.Find(ctx, g.Name)
	if err != nil {
		return err
	}
	switch {
	case bytes.Equal(stored.attempt, g.attempt):
		return nil
	case stored.version == g.version:
		return storage.ErrConflict
	}
	return ErrLost
}

// Revoke ends a Grant, however many others change it at the same time. It returns
// nil if there is no such Grant or it has ended.
func (s *Store) Revoke(ctx context.Context, name string) error {
	return s.revoke(ctx, name, func(*sessionv1alpha1.Grant) bool { return true })
}

// EndReplayed ends the Grant of a code that was presented again, unless another code of the
// Grant was redeemed. That is no sign of a theft: a pushed request can be loaded again, and
// gives a code each time.
func (s *Store) EndReplayed(ctx context.Context, code Code) error {
	return s.revoke(ctx, code.Grant, func(object *sessionv1alpha1.Grant) bool {
		g, err := s.grant(object)
		return err != nil || g.redeemed == nil || bytes.Equal(g.redeemed, code.digest)
	})
}

// revoke ends a Grant that is one of those to be ended.
func (s *Store) revoke(ctx context.Context, name string, ends func(*sessionv1alpha1.Grant) bool) error {
	err := s.objects.Change(ctx, name, func(object *sessionv1alpha1.Grant) bool {
		if object.Spec.State == sessionv1alpha1.GrantRevoked || !ends(object) {
			return false
		}
		object.Spec.State = sessionv1alpha1.GrantRevoked
		return true
	})
	if err != nil {
		return fmt.Errorf("revoke grant: %w", err)
	}
	return nil
}

// Of returns the Grants of a user that were not revoked. Refreshing may have ended; access
// tokens can outlive it.
func (s *Store) Of(ctx context.Context, subject string) ([]*Grant, error) {
	return storage.Of(ctx, &s.objects, subject, s.grant, func(g *Grant) bool { return g.Subject == subject && !g.Revoked })
}

// From returns the Grants that a user gave in a Login, whatever became of them since.
func (s *Store) From(ctx context.Context, subject, login string) ([]*Grant, error) {
	return storage.Of(ctx, &s.objects, subject, s.grant, func(g *Grant) bool {
		return g.Subject == subject && g.Origin == login
	})
}
