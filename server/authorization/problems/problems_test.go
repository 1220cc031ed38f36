package problems

import (
	"errors"
	"fmt"
	"testing"

	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/texts"
)

func TestProblems(t *testing.T) {
	for sentence, test := range map[string]struct {
		err             error
		problem, reason string
		answered        bool
	}{
		"the provider answers with an error":  {ErrRefused, Refused, "access_denied", true},
		"the code is wrong":                   {fmt.Errorf("redeem: %w", upstream.ErrCode), Refused, "access_denied", true},
		"the user is gone":                    {upstream.ErrGone, Refused, "access_denied", true},
		"the password is wrong":               {upstream.ErrWrong, Refused, "access_denied", true},
		"the sign-in is an old one":           {upstream.ErrStale, Stale, "access_denied", true},
		"the answer is another provider's":    {upstream.ErrMixedUp, Refused, "mixed_up_provider", true},
		"the provider cannot be reached":      {errors.New("connection refused"), Away, "temporarily_unavailable", false},
		"the provider cannot be asked at all": {nil, Away, "temporarily_unavailable", false},
	} {
		problem, reason, answered := Of(test.err)
		if problem != test.problem || reason != test.reason || answered != test.answered {
			t.Errorf("%s: %s, %s, %v", sentence, problem, reason, answered)
		}
	}
}

// TestTexts: whatever a form says, nothing is left without a sentence.
func TestTexts(t *testing.T) {
	for problem, want := range map[string]texts.Text{
		"":      "",
		Refused: texts.T("%s did not sign you in.", "Corp"),
		Shut:    texts.T("You signed in at %s, but this account may not sign in here.", "Corp"),
		Gone:    "This way to sign in is not available. Choose another one.",
		"other": "This way to sign in is not available. Choose another one.",
	} {
		if got := Text(problem, "Corp"); got != want {
			t.Errorf("%q: %q", problem, got)
		}
	}
}
