package revoke

import (
	"strings"
	"testing"
)

// Ending what a client has leaves codes that are on their way, which must not look as if all
// were over.
func TestCodesAreLeft(t *testing.T) {
	for _, codes := range []bool{true, false} {
		var out strings.Builder
		if err := newPrinter(&out, false, false, codes).close(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "spec.sessionsNotBefore") != codes {
			t.Errorf("codes are left: %t, and it says:\n%s", codes, out.String())
		}
	}
}
