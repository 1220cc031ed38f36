package ownpassword

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// Who has the cookie of one browser does not use up what the user's other browsers have.
func TestAttemptsAreOfABrowser(t *testing.T) {
	s, now := New(Options{}), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range perBrowser.Burst + 1 {
		wait := s.attempts.Take(now, share(&logins.Login{Name: "stolen", Subject: "local:ada"}))
		if (wait > 0) != (n == perBrowser.Burst) {
			t.Fatalf("attempt %d waits %s", n, wait)
		}
	}
	if wait := s.attempts.Take(now, share(&logins.Login{Name: "own", Subject: "local:ada"})); wait > 0 {
		t.Errorf("another browser waits %s", wait)
	}
}

func TestReason(t *testing.T) {
	for want, errs := range map[string][]error{
		"access_denied":           {factors.ErrNoPassword, factors.ErrPassword, factors.ErrVoid},
		"wrong_credentials":       {identity.ErrWrong},
		"too_many_attempts":       {&identity.TooManyError{RetryAfter: 1}},
		"temporarily_unavailable": {errors.New("the API server is away")},
	} {
		for _, err := range errs {
			if got := reason(fmt.Errorf("change: %w", err)); got != want {
				t.Errorf("%v is %s", err, got)
			}
		}
	}
}

func TestUnfit(t *testing.T) {
	for next, fits := range map[string]bool{
		"": false, "1234567": false, "12345678": true, "\u5fdc\u5fdc\u5fdc\u5fdc\u5fdc\u5fdc\u5fdc": false, "\xff2345678": false,
		strings.Repeat("a", 1024): true, strings.Repeat("a", 1025): false, "ADA-LOVELACE": false, "present-one": false,
	} {
		form := url.Values{"current": {"present-one"}, "new": {next}, "again": {next}}
		if got := unfit(form, "ada-lovelace"); (got == "") != fits {
			t.Errorf("%.20q: %q", next, got)
		}
		form.Set("again", next+"x")
		if unfit(form, "ada-lovelace") == "" {
			t.Errorf("%.20q given in two ways fits", next)
		}
	}
}
