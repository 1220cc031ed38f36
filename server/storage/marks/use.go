package marks

import (
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/storage"
)

// ErrUsed says that something was used before.
var ErrUsed = errors.New("it was used before")

// Use marks the assertion with the given id, of the client with the given UID, as used.
// It returns ErrUsed to all but one of those that ask, whatever they do at the same
// time. A create of which the answer was lost is tried again, and recognised if it had
// been done. What this replica knows to be used costs no request.
func (s *Store) Use(ctx context.Context, clientUID, id string, expiresAt time.Time) error {
	names, err := s.names(used, clientUID+"\x00"+id)
	if err != nil {
		return err
	}
	if s.used.has(names[0]) {
		return ErrUsed
	}
	err = s.use(ctx, names, sessionv1alpha1.MarkSpec{
		Kind: sessionv1alpha1.MarkUsedAssertion, ExpiresAt: metav1.NewTime(storage.Seconds(expiresAt)), ClientUID: clientUID,
		Attempt: storage.NewName(),
	})
	if err == nil || errors.Is(err, ErrUsed) {
		s.used.add(names[0])
	}
	return err
}

func (s *Store) use(ctx context.Context, names []string, spec sessionv1alpha1.MarkSpec) error {
	// A replica that has only an older root key calls it so.
	for _, old := range names[1:] {
		if _, err := s.objects.Get(ctx, old); !errors.Is(err, storage.ErrNotFound) {
			return usedUnless(err)
		}
	}
	for try := 1; ; try++ {
		err := s.objects.Create(ctx, s.mark(names[0], spec))
		if errors.Is(err, storage.ErrExists) {
			err = s.mine(ctx, names[0], spec.Attempt)
		}
		if err == nil || errors.Is(err, ErrUsed) {
			return err
		}
		if try == 2 {
			return fmt.Errorf("store mark: %w", err)
		}
	}
}

// mine returns nil if this attempt made the Mark. One that is gone was another's: ours
// would still be there.
func (s *Store) mine(ctx context.Context, name, attempt string) error {
	stored, err := s.objects.Get(ctx, name)
	if err == nil && stored.Spec.Attempt == attempt {
		return nil
	}
	if errors.Is(err, storage.ErrNotFound) {
		return ErrUsed
	}
	return usedUnless(err)
}

func usedUnless(err error) error {
	if err != nil {
		return err
	}
	return ErrUsed
}
