package factors

import (
	"context"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// memory is a Store of one user. meanwhile changes it once, before the next write.
type memory struct {
	content   enrollments.Content
	writes    int
	full      error
	meanwhile func(*enrollments.Content)
}

var _ Store = (*memory)(nil)

func (m *memory) Find(_ context.Context, of enrollments.Owner) (*enrollments.Enrollment, error) {
	return &enrollments.Enrollment{Owner: of, Content: m.content}, nil
}

func (m *memory) Reserve(*enrollments.Enrollment) error { return m.full }

func (m *memory) Write(_ context.Context, e *enrollments.Enrollment) error {
	if m.meanwhile != nil {
		m.meanwhile(&m.content)
		m.meanwhile = nil
		return enrollments.ErrChanged
	}
	m.writes++
	m.content = e.Content
	return nil
}

var ada = &identity.Person{Subject: "local:ada", UID: "ada", Username: "ada"}

// newService returns a service whose time is that of a clock.
func newService(clock *time.Time) (*Service, *memory) {
	m := &memory{}
	return New(Options{Enrollments: m, Issuer: func() string { return "https://auth.example.com" }, Now: func() time.Time { return *clock }}), m
}

func find(t testing.TB, s *Service) *enrollments.Enrollment {
	t.Helper()
	e, err := s.Find(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
