package secondfactor

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/authorization/refused"
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
		want     refused.Refusal
	}{
		"a wrong code": {identity.ErrWrong, nil, refused.Refusal{
			Reason: "wrong_second_factor", Status: http.StatusForbidden, Problem: "The code is wrong, or was used before. Wait for the next one, then try again.",
		}},
		"a copied passkey": {fmt.Errorf("check: %w", passkeys.ErrCloned), nil, refused.Refusal{
			Reason: "cloned_passkey", Status: http.StatusForbidden,
			Problem: "This passkey counts its uses, and has counted fewer than before: it may have been copied. Use something else, and remove it from your account.",
		}},
		"an app that was added meanwhile": {factors.ErrThere, nil, refused.Refusal{
			Status: http.StatusConflict, Problem: "You have added an app elsewhere meanwhile. Give its code.",
		}},
		"too many codes":            {&identity.TooManyError{RetryAfter: 120*time.Second - 1}, nil, refused.Refusal{Status: http.StatusTooManyRequests, Problem: seconds, RetryAfter: 120}},
		"too many codes for longer": {&identity.TooManyError{RetryAfter: 121 * time.Second}, nil, refused.Refusal{Status: http.StatusTooManyRequests, Problem: minutes, RetryAfter: 121}},
		"too many codes, with recovery codes": {&identity.TooManyError{RetryAfter: 120 * time.Second}, []string{"hash"}, refused.Refusal{
			Status: http.StatusTooManyRequests, Problem: texts.Join(seconds, "You can also give a recovery code."), RetryAfter: 120,
		}},
	} {
		e := &enrollments.Enrollment{Content: enrollments.Content{Recovery: test.recovery}}
		if got, known := Refuse(test.err, e); !known || got != test.want {
			t.Errorf("%s: %+v, %v", sentence, got, known)
		}
	}
	if got, known := Refuse(errors.New("the API server does not answer"), &enrollments.Enrollment{}); known || got != (refused.Refusal{}) {
		t.Errorf("a failing API server: %+v", got)
	}
}
