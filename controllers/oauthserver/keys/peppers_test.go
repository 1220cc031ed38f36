package keys

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/registered"
)

// stored are the Registrations of an API server, or its error.
type stored struct {
	client.Reader
	items []sessionv1alpha1.Registration
	err   error
}

func (s stored) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	if l, ok := list.(*sessionv1alpha1.RegistrationList); ok {
		l.Items = s.items
	}
	return s.err
}

// A pepper stays while a Registration that verifies is sealed with it, or that is not known.
func TestRegistrationsKeepTheirPepper(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	raw := bytes.Repeat([]byte{1}, 32)
	ring := keyring.New(keyring.Key{ID: "p", Use: oauthv1alpha1.KeyUsePepper, CreatedAt: now.Add(-time.Hour), Bytes: raw})
	pepper, err := credentials.NewPepper("p", raw)
	if err != nil {
		t.Fatal(err)
	}
	server := &oauthv1alpha1.OAuthServer{}
	server.Name = "default"
	sealed := func(change func(*sessionv1alpha1.RegistrationSpec)) stored {
		r := sessionv1alpha1.Registration{Spec: sessionv1alpha1.RegistrationSpec{Server: "default", State: sessionv1alpha1.RegistrationRegistered, Payload: "{}"}}
		r.Spec.Seal = registered.Parts(&r).Seal(pepper)
		change(&r.Spec)
		return stored{items: []sessionv1alpha1.Registration{r}}
	}
	for name, test := range map[string]struct {
		stored stored
		want   bool
	}{
		"one is sealed with it":      {sealed(func(*sessionv1alpha1.RegistrationSpec) {}), true},
		"one is of another server":   {sealed(func(s *sessionv1alpha1.RegistrationSpec) { s.Server = "other" }), false},
		"one was deleted":            {sealed(func(s *sessionv1alpha1.RegistrationSpec) { s.State = sessionv1alpha1.RegistrationDeleted }), false},
		"one was made up":            {sealed(func(s *sessionv1alpha1.RegistrationSpec) { s.Payload = "x" }), false},
		"one is sealed with another": {sealed(func(s *sessionv1alpha1.RegistrationSpec) { s.Seal = "v1.other.AAAA" }), false},
		"there are none":             {stored{}, false},
		"the API server is away":     {stored{err: errors.New("away")}, true},
		"there are no Registrations": {stored{err: apierrors.NewNotFound(schema.GroupResource{}, "")}, false},
		"the operator may not read":  {stored{err: apierrors.NewForbidden(schema.GroupResource{}, "", nil)}, true},
	} {
		r := &Reconciler{Registrations: test.stored, Now: func() time.Time { return now }}
		if got := r.seals(t.Context(), server, ring, "p"); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
