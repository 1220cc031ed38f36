package refused

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/texts"
)

func TestPassword(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		reason string
		want   Refusal
	}{
		"wrong":             {identity.ErrWrong, "wrong_credentials", Refusal{"", http.StatusForbidden, "The username or the password is wrong.", 0}},
		"not let in":        {accounts.ErrTaken, string(accounts.ErrTaken), Refusal{"", http.StatusForbidden, "The password is right, but this account may not sign in here.", 0}},
		"tried too often":   {&identity.TooManyError{RetryAfter: 2*time.Second - 1}, "too_many_attempts", Refusal{"", http.StatusTooManyRequests, texts.T("Too many attempts. Wait %d seconds, then try again.", 2), 2}},
		"too many sign in":  {identity.ErrBusy, "temporarily_unavailable", Refusal{"", http.StatusServiceUnavailable, "Many users are signing in at the moment. Try again.", 1}},
		"nobody can say so": {fmt.Errorf("ask: %w", identity.ErrUnreachable), "temporarily_unavailable", Refusal{"", http.StatusServiceUnavailable, "The directory cannot be reached at the moment, so your password could not be checked. Try again later.", 10}},
	} {
		if got, known := Password(test.err); !known || got != test.want || Reason(test.err) != test.reason {
			t.Errorf("%s: %+v, %t, %s", name, got, known, Reason(test.err))
		}
	}
	away := errors.New("the API server does not answer")
	if got, known := Password(away); known || got != (Refusal{}) || Reason(away) != "temporarily_unavailable" {
		t.Errorf("a failing API server: %+v, %s", got, Reason(away))
	}
}
