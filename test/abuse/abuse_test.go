package abuse

import (
	"fmt"
	"testing"
	"time"
)

// abuse is something that a tenant, a user or an unauthenticated caller does.
type abuse struct {
	name string
	// do returns what else was found.
	do func(t *testing.T, f *field) string
	// control makes as many objects of the same size that nothing of ours reads, at the same
	// rate: what the API server and the machine cost. Nil for what makes no objects.
	control func(t *testing.T, f *field)
}

var abuses = []abuse{
	{"forged refresh tokens on one connection", forgedTokens, nil},
	{"5 polls a second on one name", polls, nil},
	{"2 wrong names a second from a shared address", wrongNames, nil},
	{"guesses from many addresses at once", guesses, nil},
	{"60 assertions a second of one client", assertions, nil},
	{"clients that are never served", neverServed, nil},
	{"claimants of one client ID", claimants, smallObjects},
	{"the largest OAuthClients that object-sizes.grantor.dev admits", largest(60), largeObjects(60)},
	{"the largest OAuthClients", largest(250), largeObjects(250)},
}

func TestAbuse(t *testing.T) {
	f := newField(t)
	f.forgedTokensCostNothing(t)
	before := f.alone(t)
	sayf("| Abuse | p99 alone | p99 | server alone | server | operator alone | operator | |\n|---|---|---|---|---|---|---|---|\n")
	for _, a := range abuses {
		if *only != "" && *only != a.name {
			continue
		}
		t.Run(a.name, func(t *testing.T) {
			f.clear(t)
			if *full {
				f.restart(t)
				before = f.alone(t)
			}
			if *full && a.control != nil {
				m := f.during(t, func() { a.control(t, f) })
				sayf("| as many ConfigMaps of the size | %.1f ms | %.1f ms | %.0f MiB | %.0f MiB | %.0f MiB | %.0f MiB | |\n", milliseconds(before.p99()), milliseconds(m.p99()),
					before.server, m.server, before.operator, m.operator)
				t.Log(m.effort)
				f.clear(t)
			}
			found := ""
			m := f.during(t, func() { found = a.do(t, f) })
			sayf("| %s | %.1f ms | %.1f ms | %.0f MiB | %.0f MiB | %.0f MiB | %.0f MiB | %s |\n", a.name, milliseconds(before.p99()), milliseconds(m.p99()),
				before.server, m.server, before.operator, m.operator, found)
			t.Log(m.effort)
			check(t, before, m)
		})
	}
}

// sayf prints a line of the table of figures.
func sayf(format string, values ...any) {
	if *full {
		fmt.Printf(format, values...)
	}
}

// check holds what happened against the bounds.
func check(t *testing.T, before, m measured) {
	t.Helper()
	if n, reasons := m.failures(); n > 0 || len(m.took) == 0 {
		t.Errorf("%d of %d requests of the neutral application failed: %v", n, len(m.took), reasons)
	}
	if m.server > 2*before.server || m.operator > 2*before.operator {
		t.Errorf("a server has %.0f MiB and had %.0f, the operator %.0f and %.0f", m.server, before.server, m.operator, before.operator)
	}
	if *full && m.p99() > 3*before.p99() {
		t.Errorf("p99 is %s and was %s", m.p99(), before.p99())
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
