package faults

import (
	"net/http"
	"sync/atomic"
)

// meeting holds requests until so many of them are there.
type meeting struct {
	missing atomic.Int64
	all     chan struct{}
}

func meet(n int64) *meeting {
	m := &meeting{all: make(chan struct{})}
	m.missing.Store(n)
	return m
}

func (m *meeting) fault(w http.ResponseWriter, r *http.Request, forward http.Handler) {
	if m.missing.Add(-1) == 0 {
		close(m.all)
	}
	select {
	case <-m.all:
		forward.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

func (m *meeting) met() bool { return m.missing.Load() <= 0 }
