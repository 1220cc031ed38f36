package debian

import (
	"testing"

	"github.com/grantor-dev/grantor/hack/debian"
)

// Need says what a test cannot do without.
type Need = debian.Need

// Ensure installs what is missing where Debian's packages can be installed, and
// fails the test elsewhere.
func Ensure(t testing.TB, need Need) {
	t.Helper()
	if err := debian.Ensure(t.Context(), need); err != nil {
		t.Fatal(err)
	}
}
