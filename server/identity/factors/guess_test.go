package factors

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// TestGuessesInAKnownBrowser guesses for 90 days with the password and the cookie of a browser
// that is known, at three replicas.
func TestGuessesInAKnownBrowser(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	s, m := newService(&now)
	replicas := []*Service{s, New(s.Options), New(s.Options)}
	secret := []byte("12345678901234567890")
	m.content = enrollments.Content{Since: 1, TOTP: &enrollments.TOTP{Secret: secret}}
	compared, shown := 0, 0
	for end := now.AddDate(0, 0, 90); now.Before(end); now = now.Add(15 * time.Minute) {
		for n, replica := range replicas {
			code := wrong(secret, now, n)
			_, err := replica.Check(t.Context(), find(t, s), code, "browser")
			switch {
			case errors.Is(err, identity.ErrWrong):
				compared++
			case err == nil:
				t.Fatal("a wrong code counts")
			}
		}
		shown = max(shown, m.content.KnownFailures)
	}
	// 20 in known browsers, 20 in others, and one each hour; some at the same time.
	if compared > 45+90*24 || shown != manyFailures {
		t.Errorf("%d codes were compared, %d are shown", compared, shown)
	}
	now = now.Add(forgotten)
	if _, err := s.Check(t.Context(), find(t, s), totp.Code(secret, totp.Step(now)), "browser"); err != nil {
		t.Errorf("the owner, later: %v", err)
	}
	if m.content.KnownFailures+m.content.Failures != 0 {
		t.Errorf("a right code leaves %+v", m.content)
	}
}

// wrong returns a code that is none at a time.
func wrong(secret []byte, now time.Time, n int) string {
	for {
		code := fmt.Sprintf("%06d", n)
		if _, right := totp.Match(secret, code, 0, now); !right {
			return code
		}
		n++
	}
}
