package factors

import (
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// Of two changes of one password at the same time, one counts. Any other change of the Enrollment
// does not matter.
func TestSetPassword(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s, m := newService(&now)
	first, second, third := &enrollments.Password{Hash: "a"}, &enrollments.Password{Hash: "b"}, &enrollments.Password{Hash: "c"}
	m.meanwhile = func(c *enrollments.Content) { c.Failures = 3 }
	set := func(e *enrollments.Enrollment, password *enrollments.Password) error {
		return s.SetPassword(t.Context(), &NewPassword{Enrolled: e, Password: password})
	}
	if err := set(find(t, s), first); err != nil || !m.content.Password.Same(first) || m.content.Failures != 3 {
		t.Errorf("beside a wrong code: %+v, %v", m.content, err)
	}
	e := find(t, s)
	m.meanwhile = func(c *enrollments.Content) { c.Password = second }
	if err := set(e, third); !errors.Is(err, ErrPassword) || !m.content.Password.Same(second) {
		t.Errorf("beside another password: %+v, %v", m.content.Password, err)
	}
	e = find(t, s)
	m.meanwhile = func(c *enrollments.Content) { c.Password = third }
	if err := set(e, third); err != nil || !m.content.Password.Same(third) {
		t.Errorf("after an answer that was lost: %+v, %v", m.content.Password, err)
	}
	m.meanwhile = func(c *enrollments.Content) { c.Password = nil }
	if err := set(find(t, s), first); !errors.Is(err, ErrPassword) || m.content.Password != nil {
		t.Errorf("beside a reset: %v", err)
	}
}
