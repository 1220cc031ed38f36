package people

import (
	"net/http"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// effective waits until a change is in force.
func effective(t testing.TB, holds func() bool) {
	t.Helper()
	installation.Eventually(t, installation.Effective, holds, func() string { return "effect of a change" })
}

// userinfoEnds waits until userinfo of every replica refuses a token.
func userinfoEnds(t testing.TB, tokens map[string]any) {
	t.Helper()
	effective(t, func() bool {
		for _, replica := range replicas(t) {
			if userinfo(t, replica, bearer(tokens)).Status != http.StatusUnauthorized {
				return false
			}
		}
		return true
	})
}
