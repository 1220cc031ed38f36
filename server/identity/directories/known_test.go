package directories

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// credential stands for the name ada in cookies.
var credential = credentialOf("corp\x00ada")

// TestKnownBrowsersAreCountedTogether: who once had the password and signed in with many browsers
// cannot guess the next one with all of them, nor shut the owner out with one.
func TestKnownBrowsersAreCountedTogether(t *testing.T) {
	s, at := newSignIn(), &answering{}
	browser := func(n int) identity.Known {
		return identity.Known{Browser: fmt.Sprint(n), UserUID: "u", Credential: credential}
	}
	for range 20 {
		_, _ = try(t, s, at, 0, "ada", "wrong", browser(0))
	}
	if at.binds != 10 {
		t.Errorf("%d passwords of one browser were compared", at.binds)
	}
	if _, err := try(t, s, at, 0, "ada", "right", browser(1)); err != nil {
		t.Errorf("the owner in another one: %v", err)
	}
	at.binds = 0
	for n := range 1000 {
		_, _ = try(t, s, at, n, "ada", "wrong", browser(n%100))
	}
	if at.binds != 50 {
		t.Errorf("%d passwords of 100 browsers were compared, after 10", at.binds)
	}
	if _, err := try(t, s, at, 0, "ada", "right"); err != nil {
		t.Errorf("the owner in an unknown browser: %v", err)
	}
}

// TestBrowsersThatAreKnownNoMore are counted as others are.
func TestBrowsersThatAreKnownNoMore(t *testing.T) {
	s, at := newSignIn(), &answering{}
	for n := range 500 {
		known := identity.Known{Browser: fmt.Sprint(n), UserUID: "predecessor", Credential: credential}
		if _, err := try(t, s, at, n, "ada", "wrong", known); !errors.Is(err, identity.ErrWrong) {
			t.Fatal(err)
		}
	}
	if at.binds != 60 {
		t.Errorf("%d passwords were compared", at.binds)
	}
	s, at = newSignIn(), &answering{}
	both := []identity.Known{{Browser: "a", UserUID: "predecessor", Credential: credential}, {Browser: "b", UserUID: "u", Credential: credential}}
	for n := range 200 {
		_, _ = try(t, s, at, n, "ada", "wrong")
	}
	if _, err := try(t, s, at, 7, "ada", "right", both...); err != nil {
		t.Errorf("the second of two who had the name: %v", err)
	}
}

// TestNobodyKnowsWhoseBrowserItIs while what is stored cannot be read.
func TestNobodyKnowsWhoseBrowserItIs(t *testing.T) {
	s, at := newSignIn(), &answering{}
	for range 50 {
		_, err := try(t, s, at, 7, "ada", "right", identity.Known{Browser: "b", UserUID: "away", Credential: credential})
		if !errors.Is(err, errAway) || errors.Is(err, identity.ErrUnreachable) {
			t.Fatal(err)
		}
	}
	if at.binds != 0 {
		t.Errorf("%d passwords were compared", at.binds)
	}
}

// named is a directory of one account, which has two names.
type named struct{ answering }

func (n *named) Authenticate(ctx context.Context, username, password string, guess func(id string) error) (upstream.Account, error) {
	if username != "ada" && username != "ada@example.com" {
		return upstream.Account{}, upstream.ErrWrong
	}
	return n.answering.Authenticate(ctx, username, password, guess)
}

// TestLimitsTellNobodyWhoExists: from one address, a second name of an account is refused as a name
// that nobody has.
func TestLimitsTellNobodyWhoExists(t *testing.T) {
	s, at := newSignIn(), &named{}
	ask := func(username string) error {
		_, _, err := s.Authenticate(t.Context(), at, &identity.Attempt{
			Provider: "corp", Username: username, Password: "wrong", Address: netip.MustParseAddr("192.0.2.1"),
		}, honours)
		return err
	}
	for range 10 {
		if err := ask("ada"); !errors.Is(err, identity.ErrWrong) {
			t.Fatal(err)
		}
	}
	for _, username := range []string{"ada@example.com", "zoe@example.com"} {
		if err := ask(username); !errors.Is(err, identity.ErrWrong) {
			t.Errorf("%s: %v", username, err)
		}
	}
	if at.binds != 10 {
		t.Errorf("%d passwords were compared", at.binds)
	}
}

// TestWhatCannotBeRight reaches no directory, and is counted for no user.
func TestWhatCannotBeRight(t *testing.T) {
	s, at := newSignIn(), &answering{}
	for n := range 500 {
		for _, attempt := range [][2]string{{"ada", ""}, {"ada", strings.Repeat("a", 1025)}, {"", "right"}, {"ada\xff", "right"}, {strings.Repeat("a", 129), "right"}} {
			if _, err := try(t, s, at, n, attempt[0], attempt[1]); !errors.Is(err, identity.ErrWrong) {
				t.Fatal(err)
			}
		}
	}
	if at.binds != 0 {
		t.Errorf("%d passwords were compared", at.binds)
	}
	if _, err := try(t, s, at, 501, "ada", "right"); err != nil {
		t.Error(err)
	}
	if len(s.queues) != 0 {
		t.Error("the queue of the provider is kept")
	}
}
