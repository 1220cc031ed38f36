package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// play plays a scenario of playwright/ in a browser of its own and reads what it
// returns into result. That a browser complained fails the test, unless the complaint
// has one of the given endings.
func play(t *testing.T, scenario string, input, result any, expected ...string) {
	t.Helper()
	for _, complaint := range nodejs.Play(t, scenario, input, result) {
		if !slices.ContainsFunc(expected, func(end string) bool { return strings.HasSuffix(complaint, end) }) {
			t.Errorf("%s: %s", scenario, complaint)
		}
	}
}
