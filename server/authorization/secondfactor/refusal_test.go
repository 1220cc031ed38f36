package secondfactor

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/texts"
)

func TestRefusals(t *testing.T) {
	seconds := texts.T("Too many wrong codes. Wait %d seconds, then try again.", 120)
	minutes := texts.T("Too many wrong codes. Wait %d minutes, then try again.", 3)
	for sentence, test := range map[string]struct {
		err      error
		recovery []string
		want     Refusal
	}{
		"a wrong code": {identity.ErrWrong, nil, Refusal{
			"wrong_second_factor", http.StatusForbidden, "The code is wrong, or was used before. Wait for the next one, then try again.", 0,
		}},
		"a copied passkey": {fmt.Errorf("check: %w", passkeys.ErrCloned), nil, Refusal{
			"cloned_passkey", http.StatusForbidden,
			"This passkey counts its uses, and has counted fewer than before: it may have been copied. Use something else, and remove it from your account.", 0,
		}},
		"an app that was added meanwhile": {factors.ErrThere, nil, Refusal{
			"", http.StatusConflict, "You have added an app elsewhere meanwhile. Give its code.", 0,
		}},
		"too many codes":            {&identity.TooManyError{RetryAfter: 120*time.Second - 1}, nil, Refusal{"", http.StatusTooManyRequests, seconds, 120}},
		"too many codes for longer": {&identity.TooManyError{RetryAfter: 121 * time.Second}, nil, Refusal{"", http.StatusTooManyRequests, minutes, 121}},
		"too many codes, with recovery codes": {&identity.TooManyError{RetryAfter: 120 * time.Second}, []string{"hash"}, Refusal{
			"", http.StatusTooManyRequests, texts.Join(seconds, "You can also give a recovery code."), 120,
		}},
	} {
		e := &enrollments.Enrollment{Content: enrollments.Content{Recovery: test.recovery}}
		if got, known := Refuse(test.err, e); !known || got != test.want {
			t.Errorf("%s: %+v, %v", sentence, got, known)
		}
	}
	if got, known := Refuse(errors.New("the API server does not answer"), &enrollments.Enrollment{}); known || got != (Refusal{}) {
		t.Errorf("a failing API server: %+v", got)
	}
}
