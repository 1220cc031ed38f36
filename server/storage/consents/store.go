package consents

import (
	"context"
	"errors"
	"fmt"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=consents,verbs=get;list;create;update,namespace=grantor-system

// lifetime is how long a Consent is remembered that is not given again.
const lifetime = keyring.ConsentLifetime

// attempts bounds how often a write is tried that meets another one.
const attempts = 5

// Store keeps Consents.
type Store struct {
	objects storage.Sealed[sessionv1alpha1.Consent, *sessionv1alpha1.Consent]
}

// New returns the store of a server.
func New(b storage.Backend) *Store {
	return &Store{storage.NewSealed(b, "Consent", keys.PurposeConsent, payloadVersion, parts)}
}

// Find reads what a user has allowed a client, or nil.
func (s *Store) Find(ctx context.Context, subject, clientUID string) (*Consent, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	for n, name := range names(set, subject, clientUID) {
		object, err := s.objects.Get(ctx, name)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c, err := s.consent(object)
		if err != nil || c.Subject != subject || c.ClientUID != clientUID {
			// It was changed by hand: it allows nothing, and is written over.
			return &Consent{Subject: subject, ClientUID: clientUID, Withdrawn: true, name: name, version: object.ResourceVersion, renamed: n > 0}, nil //nolint:nilerr // a void Consent is an answer
		}
		c.renamed = n > 0
		return c, nil
	}
	return nil, nil //nolint:nilnil // that nothing was allowed is an answer
}

// Allow remembers what a user allows a client, in addition to what was allowed before.
// old is what Find returned.
func (s *Store) Allow(ctx context.Context, old *Consent, wanted Consent, now time.Time) error {
	for range attempts {
		next := wanted
		next.GrantedAt, next.ExpiresAt = now, storage.Seconds(now.Add(lifetime))
		if old != nil {
			next.NotBefore = old.NotBefore
			if !old.renamed {
				next.name, next.version = old.name, old.version
			}
			if old.Covers(Access{}, now) {
				next.Access = wanted.With(old.Access)
			}
		}
		err := s.write(ctx, &next)
		if err == nil || !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrExists) && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if old, err = s.Find(ctx, wanted.Subject, wanted.ClientUID); err != nil {
			return err
		}
		if old.Covers(wanted.Access, now) {
			return nil
		}
	}
	return fmt.Errorf("remember consent: %w", storage.ErrConflict)
}

// Withdraw makes what a user allowed a client void, and the codes that were issued
// before now with it. It returns nil if nothing was allowed.
func (s *Store) Withdraw(ctx context.Context, subject, clientUID string, now time.Time) error {
	for range attempts {
		c, err := s.Find(ctx, subject, clientUID)
		if err != nil || c == nil {
			return err
		}
		c.Withdrawn, c.NotBefore = true, now
		if c.ExpiresAt.IsZero() {
			c.ExpiresAt = storage.Seconds(now.Add(lifetime))
		}
		renamed := c.renamed
		err = s.write(ctx, c)
		if err == nil && renamed {
			// The user may have allowed it meanwhile, under the present name.
			c, err = s.Find(ctx, subject, clientUID)
			if err == nil && c != nil && !c.renamed {
				continue
			}
		}
		if !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("withdraw consent: %w", storage.ErrConflict)
}

// Of returns what a user allows at present.
func (s *Store) Of(ctx context.Context, subject string, now time.Time) ([]*Consent, error) {
	return storage.Of(ctx, &s.objects, subject, s.consent, func(c *Consent) bool { return c.Subject == subject && c.Covers(Access{}, now) })
}

// write creates a Consent that has no version, and updates any other.
func (s *Store) write(ctx context.Context, c *Consent) error {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return err
	}
	if c.name == "" {
		c.name = names(set, c.Subject, c.ClientUID)[0]
	}
	object, err := s.object(c)
	if err != nil {
		return err
	}
	if c.version == "" {
		return s.objects.Create(ctx, object)
	}
	return s.objects.Update(ctx, object)
}

func names(set *keys.Set, subject, clientUID string) []string {
	return set.Names(keys.PurposeConsentName, fmt.Sprintf("%q", []string{subject, clientUID}))
}
