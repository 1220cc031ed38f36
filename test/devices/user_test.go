package devices

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var users atomic.Int64

// newUser returns a browser in which a new user has signed in, and the name of the user.
func newUser(t testing.TB) (v *installation.Visitor, name string) {
	t.Helper()
	g, name := shared.Grantor(t), fmt.Sprintf("user%d", users.Add(1))
	g.CreateUser(t, name)
	v = visitor(t)
	installation.Eventually(t, convergence, func() bool {
		view := v.SignIn(t, v.Get(t, g.Issuer+"/account"), name, name+"-password")
		_, again := view.LoginForm()
		return !again
	}, func() string { return "user who can sign in" })
	return v, name
}
