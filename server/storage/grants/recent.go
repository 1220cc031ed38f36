package grants

import (
	"sync"
	"time"
)

// recent remembers, for the life of a code, the names of the Grants that this
// replica created: a Grant that is deleted by hand forgets that its code was used.
type recent struct {
	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

func (r *recent) has(name string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return now.Before(r.until[name])
}

func (r *recent) add(name string, until, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until == nil {
		r.until = map[string]time.Time{}
	}
	r.until[name] = until
	if now.Sub(r.swept) < time.Minute {
		return
	}
	r.swept = now
	for name, until := range r.until {
		if !now.Before(until) {
			delete(r.until, name)
		}
	}
}
