package lines

import (
	"context"
	"errors"
	"time"
)

// StallAfter is how long lines may stay unread before that is a failure.
const StallAfter = 5 * time.Second

// ErrFull says that there is no room for more lines and that none is to be expected.
var ErrFull = errors.New("the log is not being read, or cannot be written")

// Counts are requests that found no room: those that got some after a while, and those
// that did not.
type Counts struct{ Waited, Refused uint64 }

// Admit waits until there is room for more lines. It returns ErrFull after some seconds,
// and at once if the log has stalled, or the error of ctx.
func (w *Writer) Admit(ctx context.Context) error {
	if w.size.Load() < room {
		return nil
	}
	timeout := time.NewTimer(StallAfter)
	defer timeout.Stop()
	for {
		w.mu.Lock()
		if w.size.Load() < room {
			w.mu.Unlock()
			w.waited.Add(1)
			return nil
		}
		if w.ending || w.stalled() >= StallAfter {
			w.mu.Unlock()
			w.refused.Add(1)
			return ErrFull
		}
		vacated := w.vacancy()
		w.mu.Unlock()
		select {
		case <-vacated:
		case <-timeout.C:
			w.refused.Add(1)
			return ErrFull
		case <-ctx.Done():
			w.refused.Add(1)
			return ctx.Err()
		}
	}
}

// Stalled returns for how long waiting lines have not been read; zero if all is well.
func (w *Writer) Stalled() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stalled()
}

// Waiting returns how many bytes are not written yet.
func (w *Writer) Waiting() int64 { return w.size.Load() }

// Counts returns how many requests found no room since the start.
func (w *Writer) Counts() Counts { return Counts{Waited: w.waited.Load(), Refused: w.refused.Load()} }

func (w *Writer) stalled() time.Duration {
	if w.since.IsZero() {
		return 0
	}
	return time.Since(w.since)
}

// vacancy returns what is closed when there is room again.
func (w *Writer) vacancy() <-chan struct{} {
	if w.vacated == nil {
		w.vacated = make(chan struct{})
	}
	return w.vacated
}

// vacate lets all that wait look for room again.
func (w *Writer) vacate() {
	if w.vacated != nil {
		close(w.vacated)
		w.vacated = nil
	}
}
