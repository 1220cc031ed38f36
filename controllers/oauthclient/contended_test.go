package oauthclient

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

func TestContended(t *testing.T) {
	four := []credentials.Credential{endless(t, "a"), ending(t, "b", time.Hour), ending(t, "c", time.Hour), ending(t, "d", time.Hour)}
	made := four[0].CreatedAt
	for sentence, test := range map[string]struct {
		list   []credentials.Credential
		change change
		after  time.Duration
		want   bool
	}{
		"edited a fourth time at once":  {four, changeEdited, time.Second, true},
		"edited a fourth time later":    {four, changeEdited, peace, false},
		"edited a few times":            {four[:3], changeEdited, time.Second, false},
		"lost, which is nobody's doing": {four, changeLost, time.Second, false},
		"rotated on request":            {four, changeRotated, time.Second, false},
		"nothing to do":                 {four, changeNone, time.Second, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := contended(facts{credentials: test.list, now: made.Add(test.after)}, plan{change: test.change}); got != test.want {
				t.Errorf("%t", got)
			}
		})
	}
}
