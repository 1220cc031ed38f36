package registrations

import (
	"context"
	"errors"
	"fmt"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=registrations,verbs=get;create;update,namespace=grantor-system

// Errors.
var (
	// ErrDeleted says that the Registration was deleted, and the operator has not removed it
	// yet.
	ErrDeleted = errors.New("the registration is being deleted")
	// errVoid says that the seal does not verify: the Registration was changed, or the key
	// that sealed it is gone.
	errVoid = errors.New("the registration does not verify")
)

// RefusedError says that the operator could not make the OAuthClient.
type RefusedError struct {
	// Why is a sentence for the registrant.
	Why string
}

// Error implements error.
func (e *RefusedError) Error() string { return "the registration is refused: " + e.Why }

// Store keeps Registrations.
type Store struct {
	objects storage.Kind[sessionv1alpha1.Registration, *sessionv1alpha1.Registration]
	server  string
}

// New returns the store of the OAuthServer with the given name.
func New(b storage.Backend, server string) *Store {
	return &Store{storage.Kind[sessionv1alpha1.Registration, *sessionv1alpha1.Registration]{Backend: b, Name: "Registration"}, server}
}

// Of returns a Registration, not stored, with the name that follows from who registers what
// where.
func (s *Store) Of(registrant, registrantUID, namespace string, client registered.Client) (*Registration, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	what, err := client.Canonical()
	if err != nil {
		return nil, err
	}
	name := set.Names(keys.PurposeRegistrationName, fmt.Sprintf("%q", []string{s.objects.Issuer(), s.server, registrant, registrantUID, namespace, what}))[0]
	return &Registration{
		Name: name, Namespace: namespace, ClientName: registered.ClientName(name), Registrant: registrant, Generation: 1, Client: client,
	}, nil
}

// Find reads a Registration, nil if there is none that counts. It returns a RefusedError.
func (s *Store) Find(ctx context.Context, name string) (*Registration, error) {
	r, err := s.get(ctx, name)
	if errors.Is(err, ErrDeleted) || errors.Is(err, errVoid) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	return r, err
}

// FindEnding is as Find, and returns one that was deleted, too, until the operator has removed it.
func (s *Store) FindEnding(ctx context.Context, name string) (*Registration, error) {
	r, err := s.get(ctx, name)
	if errors.Is(err, errVoid) {
		return nil, nil //nolint:nilnil // as above
	}
	if errors.Is(err, ErrDeleted) {
		return r, nil
	}
	return r, err
}

func (s *Store) get(ctx context.Context, name string) (*Registration, error) {
	object, err := s.objects.Get(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // as above
	}
	if err != nil {
		return nil, err
	}
	return s.read(object)
}

// Create stores a Registration and returns what is stored: what another request stored that is
// the same, as it is now. It returns ErrDeleted if that was deleted, or a RefusedError.
func (s *Store) Create(ctx context.Context, r *Registration) (*Registration, error) {
	object, err := s.object(r)
	if err != nil {
		return nil, err
	}
	made, err := s.objects.Make(ctx, object)
	if err == nil {
		stored, err := s.read(made)
		if stored != nil {
			stored.New = true
		}
		return stored, err
	}
	if !errors.Is(err, storage.ErrExists) {
		return nil, fmt.Errorf("store registration: %w", err)
	}
	stored, err := s.get(ctx, r.Name)
	if errors.Is(err, errVoid) {
		if stored.clientUID != "" {
			// What was registered first must not come back over what was changed since.
			return nil, &RefusedError{whyVoid}
		}
		// Its key is gone, so it is said again: nobody was told anything of it.
		r.Generation, r.version, r.clientUID = stored.Generation+1, stored.version, stored.clientUID
		return s.Update(ctx, r)
	}
	if stored == nil && err == nil {
		return nil, ErrDeleted
	}
	return stored, err
}

// whyVoid says what to do about a client whose Registration does not verify.
const whyVoid = "The client is registered, and its registration cannot be verified any more. Delete its OAuthClient, or register with another software_id."

// Update stores a Registration over what was read, and returns it as it is stored. It returns
// storage.ErrConflict.
func (s *Store) Update(ctx context.Context, r *Registration) (*Registration, error) {
	object, err := s.object(r)
	if err != nil {
		return nil, err
	}
	stored, err := s.objects.Put(ctx, object)
	if err != nil {
		return nil, fmt.Errorf("store registration: %w", err)
	}
	return s.read(stored)
}

// Delete ends a Registration; the operator deletes its OAuthClient, and then it.
func (s *Store) Delete(ctx context.Context, name string) error {
	err := s.objects.Change(ctx, name, func(object *sessionv1alpha1.Registration) bool {
		deleted := object.Spec.State == sessionv1alpha1.RegistrationDeleted
		object.Spec.State = sessionv1alpha1.RegistrationDeleted
		return !deleted
	})
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("delete registration: %w", err)
	}
	return nil
}
