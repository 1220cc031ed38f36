package enrollments

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

func typical() *Content {
	return &Content{
		Since: 1893553445678, TOTP: &TOTP{Secret: []byte("12345678901234567890"), Step: 7, AddedAt: 1893553445678}, Recovery: []string{"hash"},
	}
}

func sealed(t testing.TB, s *Store) *sessionv1alpha1.Enrollment {
	t.Helper()
	object := &sessionv1alpha1.Enrollment{Spec: sessionv1alpha1.EnrollmentSpec{
		Subject: "local:ada", UserUID: "uid", State: sessionv1alpha1.EnrollmentActive, Factors: typical().kinds(),
	}}
	if err := s.objects.Seal(object, storage.Meta{Name: "00112233445566778899aabbccddeeff", Subject: "local:ada"}, typical()); err != nil {
		t.Fatal(err)
	}
	return object
}

// A new issuer must not lock out users who have factors.
func TestIssuerMayChange(t *testing.T) {
	backend, _ := storagetest.NewBackend(t)
	object := sealed(t, New(backend, roomy))
	backend.Issuer = func() string { return "https://new.example" }
	want := typical()
	want.Version = payloadVersion
	if e, err := New(backend, roomy).read(object); err != nil || !reflect.DeepEqual(&e.Content, want) {
		t.Errorf("it reads as %+v, %v", e, err)
	}
}

func TestChangedEnrollmentIsVoid(t *testing.T) {
	backend, _ := storagetest.NewBackend(t)
	s := New(backend, roomy)
	for name, change := range map[string]func(*sessionv1alpha1.Enrollment){
		"name":      func(o *sessionv1alpha1.Enrollment) { o.Name = "ffeeddccbbaa99887766554433221100" },
		"namespace": func(o *sessionv1alpha1.Enrollment) { o.Namespace = "elsewhere" },
		"subject":   func(o *sessionv1alpha1.Enrollment) { o.Spec.Subject = "local:eve" },
		"userUID":   func(o *sessionv1alpha1.Enrollment) { o.Spec.UserUID = "other" },
		"factors":   func(o *sessionv1alpha1.Enrollment) { o.Spec.Factors = nil },
		"expiresAt": func(o *sessionv1alpha1.Enrollment) { o.Spec.ExpiresAt = &metav1.Time{Time: storagetest.Began} },
		"payload":   func(o *sessionv1alpha1.Enrollment) { o.Spec.Payload = "" },
	} {
		object := sealed(t, s)
		change(object)
		if _, err := s.read(object); !errors.Is(err, storage.ErrVoid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Users of providers who do not come back must not leave something for ever.
func TestUsed(t *testing.T) {
	for subject, want := range map[string]time.Time{"local:ada": {}, "corp:1234": storagetest.Began.AddDate(1, 0, 0)} {
		e := &Enrollment{Owner: Owner{Subject: subject}}
		e.Used(storagetest.Began)
		if e.ExpiresAt.Sub(want).Abs() > time.Second {
			t.Errorf("%s ends at %s", subject, e.ExpiresAt)
		}
	}
}

// As many passkeys as possible fit into an Enrollment, whatever authenticators make up.
func TestTheLargestFits(t *testing.T) {
	backend, _ := storagetest.NewBackend(t)
	content := typical()
	for range 10 {
		content.Passkeys = append(content.Passkeys, Passkey{
			Name: strings.Repeat("<", 64), ID: make([]byte, 255), Credential: make([]byte, 1100), AddedAt: content.Since, UsedAt: content.Since,
		})
		content.Recovery = append(content.Recovery[:0:0], append(content.Recovery, strings.Repeat("h", 44))...)
	}
	object := &sessionv1alpha1.Enrollment{}
	if err := New(backend, roomy).objects.Seal(object, storage.Meta{Name: "00112233445566778899aabbccddeeff"}, content); err != nil {
		t.Fatal(err)
	}
	if got := len(object.Spec.Payload); got > 32768 {
		t.Errorf("the payload has %d bytes", got)
	}
}

func roomy() error { return nil }

// Users of providers add no first factor where there is no room, and nothing is stored.
func TestNoRoom(t *testing.T) {
	backend, _ := storagetest.NewBackend(t)
	full := errors.New("full")
	s := New(backend, func() error { return full })
	e := &Enrollment{Owner: Owner{Subject: "corp:1234"}, name: "00112233445566778899aabbccddeeff", Content: *typical()}
	if err := s.Write(t.Context(), e); !errors.Is(err, full) || e.version != "" {
		t.Errorf("written: %v", err)
	}
}
