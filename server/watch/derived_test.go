package watch

import (
	"sync"
	"testing"
)

func TestDerivedIsMadeAgainAfterChanges(t *testing.T) {
	var d Derived[int]
	calls := 0
	create := func() int { calls++; return calls }
	if a, b := d.Get(create), d.Get(create); a != 1 || b != 1 {
		t.Errorf("without a change: %d, %d", a, b)
	}
	before := d.Version()
	d.Changed()
	if got := d.Get(create); got != 2 || d.Version() == before {
		t.Errorf("after a change: %d", got)
	}
}

// TestAChangeWhileADerivedIsMade: what is made of old objects does not stay.
func TestAChangeWhileADerivedIsMade(t *testing.T) {
	var d Derived[string]
	if got := d.Get(func() string { d.Changed(); return "old" }); got != "old" {
		t.Error(got)
	}
	if got := d.Get(func() string { return "new" }); got != "new" {
		t.Error(got)
	}
}

func TestOneMakesADerived(t *testing.T) {
	var d Derived[int]
	calls := 0
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() { d.Get(func() int { calls++; return 0 }) })
	}
	group.Wait()
	if calls != 1 {
		t.Errorf("it was made %d times", calls)
	}
}
