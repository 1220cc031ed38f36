package httpx

import (
	"errors"
	"net/http"
	"sync/atomic"
)

// Room bounds how many requests are handled at once. One whose body has not arrived yet
// takes none: a slow sender would take it from others.
type Room struct {
	most  int64
	taken atomic.Int64
}

// NewRoom returns room for a number of requests.
func NewRoom(most int64) *Room { return &Room{most: most} }

// errNoRoom is for metrics to count. It is no error in the log, which any caller could fill.
var errNoRoom = Elsewhere(errors.New("too many requests are handled at once"))

// enter takes room for the request once; nil room is endless.
func (w *responseWriter) enter() error {
	if w.room == nil || w.entered {
		return nil
	}
	if w.room.taken.Add(1) > w.room.most {
		w.room.taken.Add(-1)
		return errNoRoom
	}
	w.entered = true
	return nil
}

// leave gives back what enter took.
func (w *responseWriter) leave() {
	if w.entered {
		w.room.taken.Add(-1)
	}
}

// Enter takes room for a request whose body has arrived, or is not read. A writer that stands
// before that of the request leads to it by Unwrap, as for http.ResponseController.
func Enter(w http.ResponseWriter) error {
	for {
		switch of := w.(type) {
		case *responseWriter:
			return of.enter()
		case interface{ Unwrap() http.ResponseWriter }:
			w = of.Unwrap()
		default:
			return nil
		}
	}
}
