package protocol

import (
	"testing"
	"time"
)

// codes returns so many codes of one pushed request.
func (w *world) codes(n int) []string {
	w.t.Helper()
	var all []string
	for range n {
		code, err := w.codeFor(w.grant, w.now.Add(time.Hour))
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, code)
	}
	return all
}

// Two codes of one pushed request give one session, which goes on: the application loaded
// the request twice.
func TestTwoCodesOfOneRequest(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		var told []*reply
		for i, code := range w.codes(2) {
			told = append(told, w.begin([]string{"first", "second"}[i], time.Duration(i)*skew, func(s *server) reply { return s.redeem(code) }))
		}
		w.run()
		switch {
		case told[0].ok() && told[1].ok():
			return "both are given a session"
		case told[0].refused() && told[1].refused():
			return "none is given a session"
		case (told[0].ok() || told[1].ok()) && !w.live():
			return "the session ends with the other code"
		}
		return ""
	})
}

// A code that is presented twice ends the session that it gave, whatever happens with
// another code of its request.
func TestACodeOfSeveralIsPresentedAgain(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		codes := w.codes(2)
		if !w.beside.redeem(codes[0]).ok() {
			return "no session"
		}
		again := w.begin("again", 0, func(s *server) reply { return s.redeem(codes[0]) })
		other := w.begin("other", skew, func(s *server) reply { return s.redeem(codes[1]) })
		w.run()
		switch {
		case again.ok() || other.ok():
			return "a second session is given"
		case again.refused() && w.live():
			return "the code was presented twice, and its session goes on"
		}
		return ""
	})
}

// Another code of the request, once more and then too late, changes nothing.
func TestAnotherCodeChangesNothing(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		codes := w.codes(2)
		given := w.beside.redeem(codes[0])
		late := w.begin("late", time.Hour/2, func(s *server) reply { return s.redeem(codes[1]) })
		other := w.begin("other", 0, func(s *server) reply { return s.redeem(codes[1]) })
		w.run()
		switch {
		case late.ok() || other.ok():
			return "a second session is given"
		case !w.live() || !w.beside.refresh(given.refresh).ok():
			return "the session ends with another code of its request"
		}
		return ""
	})
}
