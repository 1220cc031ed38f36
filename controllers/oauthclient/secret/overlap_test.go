package secret

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// An end is stored in whole seconds; an old secret lives at least for the
// overlap.
func TestOverlapIsNeverCutShort(t *testing.T) {
	now := noon.Add(900 * time.Millisecond)
	list := ExpireOld([]credentials.Credential{endless(t, "a"), endless(t, "b")}, now, time.Second)
	if len(list) != 2 || list[1].ExpiresAt.Before(now.Add(time.Second)) {
		t.Errorf("the old one ends before the overlap is over: %v", list)
	}
}

// An overlap that became shorter applies to what was to live longer, so that
// somebody who learns of a leak can end it.
func TestShorterOverlapAppliesToEveryOldSecret(t *testing.T) {
	list := []credentials.Credential{endless(t, "a"), endless(t, "b"), ending(t, "c", time.Hour)}
	if left := ExpireOld(list, noon, 0); len(left) != 1 {
		t.Errorf("an overlap of zero leaves %d secrets", len(left))
	}
	for _, former := range ExpireOld(list, noon, time.Minute)[1:] {
		if lives := former.ExpiresAt.Sub(noon); lives != time.Minute {
			t.Errorf("an old secret lives for %s, not for 1m", lives)
		}
	}
}
