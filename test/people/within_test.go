package people

import (
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// within2s waits until something holds that has to hold within 2 seconds.
func within2s(t testing.TB, holds func() bool) {
	t.Helper()
	installation.Eventually(t, 2*time.Second, holds, func() string { return "effect of a change" })
}

// userinfoEnds waits until userinfo of every replica refuses a token.
func userinfoEnds(t testing.TB, tokens map[string]any) {
	t.Helper()
	within2s(t, func() bool {
		for _, replica := range replicas(t) {
			if userinfo(t, replica, bearer(tokens)).Status != http.StatusUnauthorized {
				return false
			}
		}
		return true
	})
}
