package consents

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// Objects are the Consents at the API server.
	Objects storage.Kind[sessionv1alpha1.Consent, *sessionv1alpha1.Consent]
	// Keys are the server's keys.
	Keys *keys.Store
	// Issuer returns the issuer URL, which is part of what every payload is bound to.
	Issuer func() string
}

// Find reads what a person has allowed a client, or nil.
func (s *Store) Find(ctx context.Context, subject, clientUID string) (*Consent, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, err
	}
	for n, name := range names(set, subject, clientUID) {
		object, err := s.Objects.Get(ctx, name)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c, err := s.consent(set, object)
		if err != nil || c.Subject != subject || c.ClientUID != clientUID {
			// Somebody changed it: it allows nothing, and is written over.
			return &Consent{Subject: subject, ClientUID: clientUID, Withdrawn: true, name: name, version: object.ResourceVersion, renamed: n > 0}, nil //nolint:nilerr // a void Consent is an answer
		}
		c.renamed = n > 0
		return c, nil
	}
	return nil, nil //nolint:nilnil // that nothing was allowed is an answer
}

// Allow remembers that a person allows a client the scopes, beside those that were
// allowed before. former is what Find returned.
func (s *Store) Allow(ctx context.Context, former *Consent, wanted Consent, now time.Time) error {
	for range attempts {
		next := wanted
		next.GrantedAt, next.ExpiresAt = now, storage.Seconds(now.Add(lifetime))
		if former != nil {
			next.NotBefore = former.NotBefore
			if !former.renamed {
				next.name, next.version = former.name, former.version
			}
			if !former.Withdrawn {
				next.Scopes = union(former.Scopes, wanted.Scopes)
			}
		}
		err := s.write(ctx, &next)
		if err == nil || !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrExists) && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if former, err = s.Find(ctx, wanted.Subject, wanted.ClientUID); err != nil {
			return err
		}
		if former.Covers(wanted.Scopes, now) {
			return nil
		}
	}
	return fmt.Errorf("remember consent: %w", storage.ErrConflict)
}

// Withdraw makes what a person allowed a client void, and the codes that were issued
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
			// Somebody may have allowed it meanwhile, under the present name.
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

// Of returns what a person allows at present.
func (s *Store) Of(ctx context.Context, subject string, now time.Time) ([]*Consent, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, err
	}
	var out []*Consent
	err = s.Objects.Each(ctx, sessionv1alpha1.LabelSubject, set.Names(keys.PurposeSubjectLabel, subject), func(object *sessionv1alpha1.Consent) {
		if c, err := s.consent(set, object); err == nil && c.Subject == subject && c.Covers(nil, now) {
			out = append(out, c)
		}
	})
	return out, err
}

// write creates a Consent that has no version, and updates any other.
func (s *Store) write(ctx context.Context, c *Consent) error {
	set, err := s.Keys.Current()
	if err != nil {
		return err
	}
	if c.name == "" {
		c.name = names(set, c.Subject, c.ClientUID)[0]
	}
	object, err := s.object(set, c)
	if err != nil {
		return err
	}
	if c.version == "" {
		return s.Objects.Create(ctx, object)
	}
	return s.Objects.Update(ctx, c.name, object)
}

func names(set *keys.Set, subject, clientUID string) []string {
	return set.Names(keys.PurposeConsentName, fmt.Sprintf("%q", []string{subject, clientUID}))
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, value := range b {
		if !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}
