package connections

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/handover"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=connections,verbs=get;create,namespace=grantor-system

// errNoPepper says that the key Secret has no pepper to seal with.
var errNoPepper = errors.New("the server has no pepper")

// Connection is a code with whom and what it is for.
type Connection struct {
	// Name is that of the object.
	Name string
	// Namespace, Token, TokenUID and Generation are those of the OAuthToken.
	Namespace, Token, TokenUID string
	Generation                 int64
	// Subject is the person.
	Subject string
	handover.Code
}

// Store keeps Connections.
type Store struct {
	objects storage.Kind[sessionv1alpha1.Connection, *sessionv1alpha1.Connection]
	server  string
}

// New returns the store of the OAuthServer with the given name.
func New(b storage.Backend, server string) *Store {
	return &Store{storage.Kind[sessionv1alpha1.Connection, *sessionv1alpha1.Connection]{Backend: b, Name: "Connection"}, server}
}

// Create stores a Connection. That one of the name is there already is a success: it is that of
// an earlier request of the same person. A write of which the answer was lost is tried once more.
func (s *Store) Create(ctx context.Context, c Connection) error {
	object, err := s.object(c)
	if err != nil {
		return err
	}
	for range 2 {
		if err = s.objects.Create(ctx, object); err == nil || errors.Is(err, storage.ErrExists) {
			return nil
		}
	}
	return fmt.Errorf("store connection: %w", err)
}

// State is how far a Connection is.
type State struct {
	// Subject is the person.
	Subject string
	// Taken says that the code is spent or is not redeemed, and Refusal why it is not redeemed;
	// empty if it was.
	Taken   bool
	Refusal string
}

// Find reads how far a Connection is, nil if there is none.
func (s *Store) Find(ctx context.Context, name string) (*State, error) {
	object, err := s.objects.Get(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, err
	}
	return &State{object.Spec.Subject, object.Spec.State == sessionv1alpha1.ConnectionTaken, object.Spec.Refusal}, nil
}

func (s *Store) object(c Connection) (*sessionv1alpha1.Connection, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	pepper, ok := set.Peppers().Current()
	if !ok {
		return nil, errNoPepper
	}
	expires := storage.Seconds(c.ReceivedAt.Add(handover.Lifetime))
	object := &sessionv1alpha1.Connection{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.objects.Namespace, Name: c.Name,
			Labels: storage.Labels(expires, set.Names(keys.PurposeSubjectLabel, c.Subject)[0]),
		},
		Spec: sessionv1alpha1.ConnectionSpec{
			Server: s.server, Namespace: c.Namespace, Token: c.Token, TokenUID: c.TokenUID, Generation: c.Generation,
			Subject: c.Subject, State: sessionv1alpha1.ConnectionReceived, ExpiresAt: metav1.NewTime(expires),
		},
	}
	return object, c.Seal(pepper, object)
}
