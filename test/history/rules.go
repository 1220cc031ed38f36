package history

import "slices"

func accepted(list []*Operation) (out []*Operation) {
	for _, o := range list {
		if o.Answer == Accepted {
			out = append(out, o)
		}
	}
	return out
}

func oneSessionPerCode(s *session, _ Bounds) []Finding {
	if all := accepted(s.redemptions); len(all) > 1 {
		return finding("a code gave two sessions", all...)
	}
	return nil
}

func oneSuccessor(s *session, _ Bounds) []Finding {
	first := map[string]*Operation{}
	for _, o := range accepted(s.refreshes) {
		switch before := first[o.Presented]; {
		case before == nil:
			first[o.Presented] = o
		case before.Refresh != o.Refresh:
			return finding("a refresh token has two successors", before, o)
		}
	}
	return nil
}

func nothingWithoutProof(s *session, _ Bounds) []Finding {
	for _, o := range accepted(s.all()) {
		if o.Wrong {
			return finding("a request without proof was accepted", o)
		}
	}
	return nil
}

// nothingLost finds refusals of an acknowledged session that nothing had ended.
func nothingLost(s *session, bounds Bounds) []Finding {
	given := accepted(s.redemptions)
	for _, o := range slices.Concat(s.redemptions, s.refreshes, s.uses) {
		switch {
		case o.Answer != Refused || !o.counts() || s.mayHaveEnded(o, bounds):
		case o.Kind == Redemption:
			return finding("a code was refused that was presented once", o)
		case len(given) > 0:
			return finding("a session was lost", append(given, o)...)
		}
	}
	return nil
}

// mayHaveEnded reports whether something that ends the session was sent before the
// operation was answered.
func (s *session) mayHaveEnded(before *Operation, bounds Bounds) bool {
	right := 0
	for _, o := range s.redemptions {
		if o.counts() && o.Begin < before.End {
			right++
		}
	}
	begun := func(o *Operation) bool { return o.counts() && o.Begin < before.End }
	return right > 1 || slices.ContainsFunc(s.revocations, begun) ||
		s.endsWithLogin(before.Kind) && slices.ContainsFunc(s.signOuts, begun) ||
		slices.ContainsFunc(s.refreshes, func(o *Operation) bool { return begun(o) && s.superseded(o, bounds) })
}

// superseded reports whether the refresh token that an operation presents may count as
// stolen: its successor was presented as well, or it was first presented too long ago.
func (s *session) superseded(by *Operation, bounds Bounds) bool {
	for _, first := range s.refreshes {
		if first.Presented != by.Presented || !first.counts() || first.Answer == Refused {
			continue
		}
		if first != by && by.End > first.Begin+bounds.Grace {
			return true
		}
		used := func(o *Operation) bool { return o.counts() && o.Presented == first.Refresh && o.Begin < by.End }
		if first.Answer == Accepted && slices.ContainsFunc(s.refreshes, used) {
			return true
		}
	}
	return false
}

// nothingAfterTheEnd finds what counts although a client was told that it does not.
func nothingAfterTheEnd(s *session, bounds Bounds) []Finding {
	for _, end := range slices.Concat(accepted(s.revocations), s.refusals()) {
		for _, o := range accepted(slices.Concat(s.redemptions, s.refreshes, s.uses)) {
			if o.after(end, bounds.Notice) {
				return finding("what had ended was accepted", end, o)
			}
		}
	}
	return nil
}

// endsWithLogin reports whether what a kind of request presents ends by signing out. Access
// tokens live on.
func (s *session) endsWithLogin(kind Kind) bool {
	return kind == Redemption || kind == Refresh && !slices.ContainsFunc(s.redemptions, func(o *Operation) bool { return o.Offline })
}

// refusals returns the answers that say that the session is over, and not only its Login.
func (s *session) refusals() (out []*Operation) {
	for _, o := range slices.Concat(s.redemptions, s.refreshes, s.uses) {
		if o.Answer == Refused && o.counts() && (len(s.signOuts) == 0 || !s.endsWithLogin(o.Kind)) {
			out = append(out, o)
		}
	}
	return out
}

func nothingAfterSigningOut(s *session, bounds Bounds) []Finding {
	for _, end := range accepted(s.signOuts) {
		for _, o := range accepted(slices.Concat(s.redemptions, s.refreshes)) {
			if s.endsWithLogin(o.Kind) && o.after(end, bounds.Notice) {
				return finding("a session goes on that ended with its Login", end, o)
			}
		}
	}
	return nil
}
