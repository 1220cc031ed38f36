package local

import (
	"runtime"
	"testing"
)

// Hashing takes much memory at a time, and little in all: what one attempt leaves
// behind must not lie beside what the next one needs.
func TestHashingLeavesNoMemoryBehind(t *testing.T) {
	const size = 32 << 20
	q := newQueue(1)
	before := resident()
	for range 4 {
		if err := q.do(t.Context(), func() { work = make([]byte, size) }); err != nil {
			t.Fatal(err)
		}
		work = nil
	}
	if err := q.do(t.Context(), func() {}); err != nil {
		t.Fatal(err)
	}
	if after := resident(); after > before+size/2 {
		t.Errorf("five attempts left %d MiB of memory behind", (after-before)>>20)
	}
}

// work keeps the compiler from leaving an allocation out.
var work []byte

// resident returns how many bytes of the heap the system has given.
func resident() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased
}
