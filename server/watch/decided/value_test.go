package decided

import (
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestValue: nothing is decided twice, and nothing stays after a change.
func TestValue(t *testing.T) {
	var v Value[int]
	decided := 0
	get := func() int {
		return *v.Get(func() *int {
			decided++
			n := decided
			return &n
		})
	}
	object := &metav1.ObjectMeta{UID: "1", Generation: 1}
	for sentence, test := range map[string]struct {
		change func()
		again  bool
	}{
		"nothing":               {func() {}, false},
		"a change":              {v.Changed, true},
		"the same object":       {func() { v.Hear(object, object) }, false},
		"an object that is new": {func() { v.Hear(nil, object) }, true},
	} {
		before, version := get(), v.Version()
		test.change()
		if again, changed := get() > before, v.Version() != version; again != test.again || changed != test.again {
			t.Errorf("%s: decided again: %v", sentence, !test.again)
		}
	}
}

// TestAChangeMeanwhile: what was decided while something changed is decided anew.
func TestAChangeMeanwhile(t *testing.T) {
	var v Value[int]
	first, second := 1, 2
	if got := v.Get(func() *int { v.Changed(); return &first }); got != &first {
		t.Errorf("at first: %d", *got)
	}
	if got := v.Get(func() *int { return &second }); got != &second {
		t.Errorf("then: %d", *got)
	}
}

func TestManyAtOnce(t *testing.T) {
	var v Value[int]
	var all sync.WaitGroup
	decided := 0
	for range 100 {
		all.Go(func() {
			v.Get(func() *int { decided++; return &decided })
		})
	}
	if all.Wait(); decided != 1 {
		t.Errorf("it was decided %d times", decided)
	}
}
