package factors

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// TestFirstMeetsAnother adds a factor while somebody else does.
func TestFirstMeetsAnother(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	secret, other := totp.NewSecret(), enrollments.Passkey{ID: []byte("other"), Name: "other"}
	code := totp.Code(secret, totp.Step(now))
	for name, test := range map[string]struct {
		confirmed bool
		want      error
	}{"with a password alone": {false, ErrThere}, "with a factor": {true, nil}} {
		s, m := newService(&now)
		m.meanwhile = func(c *enrollments.Content) { c.Passkeys = []enrollments.Passkey{other} }
		by := Adding{Confirmed: test.confirmed, End: func(context.Context) error { return nil }}
		e := find(t, s)
		if _, err := s.AddApp(t.Context(), e, secret, code, by); !errors.Is(err, test.want) || (m.content.TOTP != nil) != test.confirmed {
			t.Errorf("%s: %v, stored %+v", name, err, m.content)
		}
		if !e.HasFactor() {
			t.Errorf("%s: the page does not know the other factor", name)
		}
	}
}

// TestFirstEndsOthers stores no factor if what began without one cannot be ended.
func TestFirstEndsOthers(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	secret, down := totp.NewSecret(), errors.New("the API server is down")
	s, m := newService(&now)
	ended := 0
	by := Adding{Confirmed: true, End: func(context.Context) error {
		if ended++; ended == 1 {
			return down
		}
		return nil
	}}
	if _, err := s.AddApp(t.Context(), find(t, s), secret, "000000x", by); !errors.Is(err, identity.ErrWrong) || ended != 0 {
		t.Errorf("a wrong code: %v, ended %d times", err, ended)
	}
	code := totp.Code(secret, totp.Step(now))
	if _, err := s.AddApp(t.Context(), find(t, s), secret, code, by); !errors.Is(err, down) || m.writes != 0 {
		t.Errorf("%v, %d writes", err, m.writes)
	}
	if codes, err := s.AddApp(t.Context(), find(t, s), secret, code, by); err != nil || len(codes) != 10 || m.writes != 1 {
		t.Errorf("%v, %d codes, %d writes", err, len(codes), m.writes)
	}
}

// TestNoRoomEndsNothing ends no session of a user whose first factor finds no room.
func TestNoRoomEndsNothing(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	secret, full := totp.NewSecret(), errors.New("there is no room")
	s, m := newService(&now)
	m.full = full
	by := Adding{Confirmed: true, End: func(context.Context) error {
		t.Error("sessions end")
		return nil
	}}
	code := totp.Code(secret, totp.Step(now))
	if _, err := s.AddApp(t.Context(), find(t, s), secret, code, by); !errors.Is(err, full) || m.writes != 0 {
		t.Errorf("%v, %d writes", err, m.writes)
	}
}

// TestStepNeverGoesBack sends the form of a new app once more, with an older code.
func TestStepNeverGoesBack(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	secret := totp.NewSecret()
	s, m := newService(&now)
	by := Adding{End: func(context.Context) error { return nil }}
	step := totp.Step(now)
	if _, err := s.AddApp(t.Context(), find(t, s), secret, totp.Code(secret, step), by); err != nil {
		t.Fatal(err)
	}
	writes := m.writes
	if codes, err := s.AddApp(t.Context(), find(t, s), secret, totp.Code(secret, step-1), by); err != nil || codes != nil {
		t.Errorf("once more: %v, %v", codes, err)
	}
	if m.content.TOTP.Step != step || m.writes != writes {
		t.Errorf("the step is %d after %d, %d writes more", m.content.TOTP.Step, step, m.writes-writes)
	}
	if _, err := s.AddApp(t.Context(), find(t, s), secret, "12345", by); !errors.Is(err, identity.ErrWrong) {
		t.Errorf("a wrong code: %v", err)
	}
}

// TestNothingToStore changes nothing, which must cost no write.
func TestNothingToStore(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	s, m := newService(&now)
	m.content.Passkeys = []enrollments.Passkey{{ID: []byte("a"), Name: "phone"}}
	for name, err := range map[string]error{
		"the same name":    s.RenamePasskey(t.Context(), find(t, s), []byte("a"), " phone "),
		"no such passkey":  s.RenamePasskey(t.Context(), find(t, s), []byte("b"), "laptop"),
		"nothing to drop":  s.RemovePasskey(t.Context(), find(t, s), []byte("b"), true),
		"no app to remove": s.RemoveApp(t.Context(), find(t, s), true),
	} {
		if err != nil || m.writes != 0 {
			t.Errorf("%s: %v, %d writes", name, err, m.writes)
		}
	}
	if err := s.RenamePasskey(t.Context(), find(t, s), []byte("a"), "laptop"); err != nil || m.content.Passkeys[0].Name != "laptop" || m.writes != 1 {
		t.Errorf("a new name: %v, %+v", err, m.content.Passkeys)
	}
}
