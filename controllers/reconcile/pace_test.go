package reconcile

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

func object(namespace string, n int) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: fmt.Sprint(n)}
}

func TestOnlyANamespaceWithManyObjectsWaits(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := NewPace(50, 10)
	for n := range 400 {
		wanted := max(0, time.Duration(n-49)*100*time.Millisecond)
		if wait := p.Wait(object("crowded", n), 1, now); wait != wanted {
			t.Fatalf("object %d waits %s, not %s", n, wait, wanted)
		}
	}
	for n := range 50 {
		if wait := p.Wait(object("small", n), 1, now); wait != 0 {
			t.Errorf("object %d of another namespace waits %s", n, wait)
		}
	}
	if wait := p.Wait(object("crowded", 399), 1, now.Add(35*time.Second)); wait != 0 {
		t.Errorf("whose turn has come waits %s more", wait)
	}
	if wait := p.Wait(object("crowded", 400), 1, now.Add(40*time.Second)); wait != 0 {
		t.Errorf("after a pause one waits %s", wait)
	}
}

// An object is reconciled for many reasons while it waits, and after its write failed.
func TestACostCountsOnce(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := NewPace(1, 1)
	for range 5 {
		if wait := p.Wait(object("a", 1), 1, now); wait != 0 {
			t.Fatalf("the first waits %s", wait)
		}
		if wait := p.Wait(object("a", 2), 1, now); wait != time.Second {
			t.Fatalf("the second waits %s", wait)
		}
	}
	p.Done(object("a", 1))
	if wait := p.Wait(object("a", 1), 1, now); wait != 2*time.Second {
		t.Errorf("the first waits %s for its next write", wait)
	}
}

func TestWhatIsForgottenCostsNothing(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := NewPace(1, 1)
	for n := range 100 {
		p.Wait(object("a", n), 1, now)
	}
	for n := range 100 {
		p.Forget(object("a", n), now)
	}
	if wait := p.Wait(object("a", 100), 1, now); wait != time.Second {
		t.Errorf("one waits %s after the one that had its turn", wait)
	}
	p.Forget(object("a", 101), now)
	if len(p.turns) != 1 {
		t.Errorf("%d turns are kept", len(p.turns))
	}
}

func TestNamespacesThatOweNothingAreForgotten(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := NewPace(1, 1)
	for n := range 10000 {
		now = now.Add(time.Second)
		one := object(fmt.Sprint("namespace-", n), 1)
		p.Wait(one, 1, now)
		p.Done(one)
	}
	if len(p.spent) > 200 || len(p.turns) != 0 {
		t.Errorf("%d namespaces and %d objects are kept", len(p.spent), len(p.turns))
	}
}
