package integration

import (
	"slices"
	"testing"
	"time"
)

// With a slow hash, a secret that is compared takes tens of milliseconds and an
// unknown client none. What remains here is far below what a network shows. That the
// same work is done is counted in server/clientauth.
func TestUnknownClientsAnsweringFaster(t *testing.T) {
	p := newParty(t)
	const rounds, tries = 300, 3
	const bound = 2 * time.Millisecond
	var known, unknown time.Duration
	for range tries {
		times := map[string][]time.Duration{}
		for range rounds {
			for id, name := range map[string]string{p.ID: "known", p.ID[:len(p.ID)-1] + "x": "unknown"} {
				start := time.Now()
				ask(t, at(t, 0, "/token"), basic(id, "wrong"), asking())
				times[name] = append(times[name], time.Since(start))
			}
		}
		known, unknown = median(times["known"]), median(times["unknown"])
		if (known - unknown).Abs() < bound {
			return
		}
	}
	t.Errorf("a wrong secret takes %s, an unknown client %s", known, unknown)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
