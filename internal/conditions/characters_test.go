package conditions

import (
	"strings"
	"testing"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestALongMessageIsCutBetweenCharacters: half a character is stored as another
// one, so that the message differs from the stored one for ever.
func TestALongMessageIsCutBetweenCharacters(t *testing.T) {
	for _, prefix := range []string{"", "a", "ab"} {
		var all []metav1.Condition
		Set{Conditions: &all}.Ready(prefix + strings.Repeat("\u20ac", 1000))
		if !utf8.ValidString(all[0].Message) {
			t.Errorf("with prefix %q the message ends in %q", prefix, all[0].Message[len(all[0].Message)-4:])
		}
	}
}
