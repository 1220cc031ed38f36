package clientdocuments

import (
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// Many documents with each defect: each answer is a page with the registered code, nothing is
// fetched that a document names, and nothing stays of them.
func TestManyDocuments(t *testing.T) {
	g := grantor(t)
	replica, clock := turned(t, g)
	elsewhere := sites.requestsOf(sites.other)
	all := defects()
	names, ids := slices.Sorted(maps.Keys(all)), map[string]string{}
	for _, name := range names {
		// The address has the name of the test.
		t.Run(name, func(t *testing.T) { ids[name] = all[name].document(t) })
	}
	v := visitorAt(g, replica)
	var before uint64
	for n := range *documents {
		// So many documents are fetched for users who have not signed in.
		if n > 0 && n%40 == 0 {
			clock.Turn(t, 2*time.Minute, replica)
			sites.forget()
		}
		if n == *documents/10 {
			before = heap()
		}
		defect := all[names[n%len(names)]]
		to, _ := client(g.Issuer, fmt.Sprintf("%s?n=%d", ids[names[n%len(names)]], n)).AuthorizationURL(nil)
		view := v.Get(t, to)
		if view.Status != http.StatusBadRequest || view.Elsewhere != nil || !strings.Contains(view.Body, defect.code) || !strings.Contains(view.Body, defect.sentence) {
			t.Fatalf("%s is answered %d %v %s", names[n%len(names)], view.Status, view.Elsewhere, view.Body)
		}
	}
	if n := sites.requestsOf(sites.other) - elsewhere; n != 0 {
		t.Errorf("%d requests went where a document said", n)
	}
	after := heap()
	t.Logf("%d documents; heap %d KiB, then %d KiB", *documents, before>>10, after>>10)
	if after > before+8<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
