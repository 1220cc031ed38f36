package slapd

import (
	"sync"
	"syscall"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// freeze stops a program in its tracks until thaw is called or the test ends.
func freeze(t testing.TB, p *devenv.Program) (thaw func()) {
	t.Helper()
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	thaw = sync.OnceFunc(func() {
		if err := p.Signal(syscall.SIGCONT); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(thaw)
	return thaw
}
