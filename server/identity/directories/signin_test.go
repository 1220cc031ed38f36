package directories

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/guesses"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// answering is a directory of one account, which has any name.
type answering struct {
	err   error
	binds int
}

func (a *answering) Authenticate(_ context.Context, _, password string, guess func(id string) error) (upstream.Account, error) {
	if err := guess("id"); err != nil {
		return upstream.Account{}, err
	}
	a.binds++
	if password == "right" && a.err == nil {
		return upstream.Account{ID: "id"}, nil
	}
	if a.err != nil {
		return upstream.Account{}, a.err
	}
	return upstream.Account{}, upstream.ErrWrong
}

func (*answering) Again(context.Context, upstream.Account) (upstream.Account, error) {
	return upstream.Account{}, upstream.ErrGone
}

func newSignIn() *SignIn {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return New(guesses.NewLimits(func() time.Time { return now }))
}

// try signs in from an address of its own.
func try(t *testing.T, s *SignIn, at *answering, n int, username, password string, known ...identity.Known) (string, error) {
	t.Helper()
	_, credential, err := s.Authenticate(t.Context(), at, &identity.Attempt{
		Provider: "corp", Username: username, Password: password, Known: known, Address: netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}),
	}, honours)
	return credential, err
}

var errAway = errors.New("the API server is away")

// honours knows one user.
func honours(_ context.Context, id string, known *identity.Known) (bool, error) {
	if known.UserUID == "away" {
		return false, errAway
	}
	return id == "id" && known.UserUID == "u", nil
}

// TestAnAccountIsCountedByAllOfItsNames: 60 passwords are compared, whoever gives which name.
func TestAnAccountIsCountedByAllOfItsNames(t *testing.T) {
	for sentence, name := range map[string]func(n int) string{
		"one name":       func(int) string { return "ada" },
		"many spellings": func(n int) string { return fmt.Sprintf("%*sADA", n%9, "") },
		"many names":     func(n int) string { return fmt.Sprint("ada", n) },
	} {
		t.Run(sentence, func(t *testing.T) {
			s, at := newSignIn(), &answering{}
			for n := range 500 {
				_, err := try(t, s, at, n, name(n), "wrong")
				if _, many := errors.AsType[*identity.TooManyError](err); !many && !errors.Is(err, identity.ErrWrong) {
					t.Fatal(err)
				}
			}
			if at.binds != 60 {
				t.Errorf("%d passwords were compared", at.binds)
			}
		})
	}
}

// TestAnOwnerGetsIn with a known browser while strangers guess.
func TestAnOwnerGetsIn(t *testing.T) {
	s, at := newSignIn(), &answering{}
	credential, err := try(t, s, at, 0, "ada", "right")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 200 {
		_, _ = try(t, s, at, n, "ada", "wrong")
	}
	known := identity.Known{Browser: "b", UserUID: "u", Credential: credential}
	if _, err := try(t, s, at, 1, "Ada", "right", known); err != nil {
		t.Errorf("a known browser: %v", err)
	}
	if _, err := try(t, s, at, 1, "bert", "right", known); err == nil {
		t.Error("a browser that is known for another name")
	}
	if _, err := try(t, s, at, 1, "ada", "right"); err == nil {
		t.Error("a browser that is not known")
	}
}

// TestWhatCounts: what tells a stranger something, or may cost the account something.
func TestWhatCounts(t *testing.T) {
	for sentence, test := range map[string]struct {
		answer, want error
		binds        int
	}{
		"a wrong password":               {upstream.ErrWrong, identity.ErrWrong, 10},
		"no answer to a password":        {fmt.Errorf("bind: %w", upstream.ErrUnanswered), identity.ErrUnreachable, 10},
		"a directory that is away":       {errors.New("connect"), identity.ErrUnreachable, 50},
		"a user who is shut out":         {upstream.ErrGone, upstream.ErrGone, 50},
		"the right password of somebody": {nil, nil, 50},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, at := newSignIn(), &answering{err: test.answer}
			for n := range 50 {
				if _, err := try(t, s, at, 7, "ada", "right"); n == 0 && !errors.Is(err, test.want) {
					t.Error(err)
				}
			}
			if at.binds != test.binds {
				t.Errorf("%d of 50 were compared", at.binds)
			}
		})
	}
}
