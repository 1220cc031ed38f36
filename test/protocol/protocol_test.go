package protocol

import (
	"testing"
	"time"
)

// skew is how far the clocks of replicas are apart that agree about the time of the API
// server.
const skew = 5 * time.Second

// A code gives one session, and none once it was presented twice.
func TestACodeGivesOneSession(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		told := []*reply{
			w.begin("first", 0, func(s *server) reply { return s.redeem(w.code) }),
			w.begin("second", skew, func(s *server) reply { return s.redeem(w.code) }),
		}
		w.run()
		switch {
		case told[0].ok() && told[1].ok():
			return "both are given a session"
		case (told[0].ok() || told[1].ok()) && (told[0].refused() || told[1].refused()) && w.live():
			return "the code was presented twice, and its session goes on"
		}
		return ""
	})
}

func TestACodeOfThreeRedemptions(t *testing.T) {
	t.Parallel()
	everywhere(t, 0, func(w *world) string {
		given := 0
		var told []*reply
		for _, actor := range []string{"first", "second", "third"} {
			told = append(told, w.begin(actor, 0, func(s *server) reply { return s.redeem(w.code) }))
		}
		w.run()
		for _, r := range told {
			if r.ok() {
				given++
			}
		}
		if given != 1 || w.live() {
			return "not exactly one is given a session, or it goes on"
		}
		return ""
	})
}

// A client that redeems its code once is given its session, or told to try again and then
// given it, unless two requests or answers in a row are lost.
func TestACodeIsNotLost(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		told := w.begin("client", 0, func(s *server) reply { return s.redeem(w.code) })
		w.run()
		if !told.ok() || !w.live() {
			return "one fault loses the session: " + told.code
		}
		return ""
	})
	everywhere(t, 2, func(w *world) string {
		told := w.begin("client", 0, func(s *server) reply { return s.redeem(w.code) })
		w.run()
		if told.refused() {
			return "the code is refused that was presented once"
		}
		return ""
	})
}

// session redeems the code and refreshes until there have been so many refresh tokens,
// which it returns.
func (w *world) session(generations int) []string {
	w.t.Helper()
	told := w.beside.redeem(w.code)
	all := []string{told.refresh}
	for len(all) < generations && told.ok() {
		told = w.beside.refresh(told.refresh)
		all = append(all, told.refresh)
	}
	if !told.ok() {
		w.t.Fatalf("no session: %+v", told)
	}
	return all
}

// Two requests with one refresh token, as two tabs of a browser send them, get the same
// answer, whatever is lost and wherever the clocks are.
func TestTwoRefreshesOfOneToken(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-skew, skew} {
		everywhere(t, 2, func(w *world) string {
			tokens := w.session(1)
			first := w.begin("first", 0, func(s *server) reply { return s.refresh(tokens[0]) })
			second := w.begin("second", off, func(s *server) reply { return s.refresh(tokens[0]) })
			w.run()
			return w.goesOn(tokens[0], first, second)
		})
	}
}

func TestThreeRefreshesOfOneToken(t *testing.T) {
	t.Parallel()
	everywhere(t, 0, func(w *world) string {
		tokens := w.session(2)
		var told []*reply
		for _, actor := range []string{"first", "second", "third"} {
			told = append(told, w.begin(actor, 0, func(s *server) reply { return s.refresh(tokens[1]) }))
		}
		w.run()
		return w.goesOn(tokens[1], told...)
	})
}

// goesOn says what is wrong with a session that nobody has ended: whoever was answered has
// the same refresh token, and that one counts; who was not answered tries again.
func (w *world) goesOn(presented string, told ...*reply) string {
	newest := ""
	for _, r := range told {
		switch {
		case r.refused():
			return "a client is refused its own refresh token"
		case r.ok() && newest != "" && newest != r.refresh:
			return "one refresh token has two successors"
		case r.ok():
			newest = r.refresh
		}
	}
	if !w.live() {
		return "the session is lost"
	}
	again := w.beside.refresh(presented)
	switch {
	case !again.ok():
		return "the client tries again and is refused"
	case newest != "" && again.refresh != newest:
		return "the client tries again and is told another successor"
	case !w.beside.refresh(again.refresh).ok():
		return "the successor does not count"
	}
	return ""
}

// What was revoked is not revived: not by a refresh that has begun, and not by a lost one.
func TestARevocationBesideARefresh(t *testing.T) {
	t.Parallel()
	everywhere(t, 2, func(w *world) string {
		tokens := w.session(1)
		refreshed := w.begin("refresh", skew, func(s *server) reply { return s.refresh(tokens[0]) })
		revoked := w.begin("revoke", 0, func(s *server) reply { return s.revoke(tokens[0]) })
		w.run()
		if !revoked.ok() {
			return ""
		}
		for _, token := range []string{tokens[0], refreshed.refresh} {
			if token != "" && w.beside.refresh(token).ok() {
				return "a refresh token counts after the revocation"
			}
		}
		if w.live() {
			return "the session goes on after the revocation"
		}
		return ""
	})
}

// A token that was replaced twice shows that two parties hold it: the session ends, however
// many refreshes are going on.
func TestAStolenToken(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		tokens := w.session(3)
		return w.endedByTheft(tokens[2], func(s *server) reply { return s.refresh(tokens[0]) })
	})
}

// A code that was presented twice ends what its session has become by then.
func TestACodeIsPresentedAgainDuringARefresh(t *testing.T) {
	t.Parallel()
	everywhere(t, 1, func(w *world) string {
		tokens := w.session(1)
		return w.endedByTheft(tokens[0], func(s *server) reply { return s.redeem(w.code) })
	})
}

// endedByTheft says what is wrong with a session whose owner refreshes while a thief sends
// a request that ends it.
func (w *world) endedByTheft(owned string, theft func(*server) reply) string {
	w.t.Helper()
	thief := w.begin("thief", 0, theft)
	owner := w.begin("owner", skew, func(s *server) reply { return s.refresh(owned) })
	w.run()
	switch {
	case thief.ok():
		return "the thief is given a token"
	case thief.refused() && (w.live() || owner.ok() && w.beside.refresh(owner.refresh).ok()):
		return "the session goes on after a theft was noticed"
	}
	return ""
}
