package secret

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
		change Change
		after  time.Duration
		want   bool
	}{
		"edited a fourth time at once":  {four, Edited, time.Second, true},
		"edited a fourth time later":    {four, Edited, RepairBackoff, false},
		"edited a few times":            {four[:3], Edited, time.Second, false},
		"lost, which is nobody's doing": {four, Lost, time.Second, false},
		"rotated on request":            {four, Rotated, time.Second, false},
		"nothing to do":                 {four, None, time.Second, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := contended(facts{credentials: test.list, now: made.Add(test.after)}, Plan{Change: test.change}); got != test.want {
				t.Errorf("%t", got)
			}
		})
	}
}
