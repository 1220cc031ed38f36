package recent

import "testing"

func TestTheOldestIsForgotten(t *testing.T) {
	m := NewMap[int, string](10)
	for n := range 1000 {
		m.Put(n, "young")
		m.Put(-1, "again and again")
		if m.Len() > 20 {
			t.Fatalf("%d entries after %d keys", m.Len(), n)
		}
	}
	for key, want := range map[int]bool{-1: true, 999: true, 991: true, 900: false} {
		if _, ok := m.Get(key); ok != want {
			t.Errorf("key %d is there: %t", key, ok)
		}
	}
	m.Put(999, "new")
	if value, _ := m.Get(999); value != "new" {
		t.Errorf("it was put again and is %q", value)
	}
}
