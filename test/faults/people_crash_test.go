package faults

import (
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// A replica is killed before the write of a step, and once more between the write
// and its answer. What it leaves is all or nothing, and the same request, once more,
// ends well.
func TestD16ReplicaIsKilledAroundAWrite(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	victim := installation.Victim{Proxy: c.proxy, Program: c.program}
	scope, scopes := "openid", []string{"profile", "email"}
	for i, when := range []string{"before", "after"} {
		scope += " " + scopes[i]
		for _, name := range sortedKeys(steps) {
			if !steps[name].writes {
				continue
			}
			t.Run(when+" the write of "+name, func(t *testing.T) {
				witness := c.tokens(t, c.person(t, "openid offline_access"), "openid offline_access")
				try := steps[name].prepare(t, c, scope)
				victim.Die(t, when, sessionWrites, func(t testing.TB) { try.do(t) })
				answer := try.do(t)
				if name == "redeem" && when == "after" {
					// The code was used, and nobody knows the tokens.
					mustBeRefused(t, "redeeming once more", answer)
				} else {
					try.done(t, answer)
				}
				again := c.Refresh(t, witness.refresh, nil)
				mustSucceed(t, "refreshing what was acknowledged", again)
				c.mustCount(t, pairOf(again), true)
			})
		}
	}
}
