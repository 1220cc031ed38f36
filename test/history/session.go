package history

// session is what happened to the tokens of one code.
type session struct {
	redemptions, refreshes, uses, revocations []*Operation
	// signOuts are those of the Login with which the session ends.
	signOuts []*Operation
}

// all returns every operation of the session.
func (s *session) all() []*Operation {
	var all []*Operation
	for _, list := range [][]*Operation{s.redemptions, s.refreshes, s.uses, s.revocations, s.signOuts} {
		all = append(all, list...)
	}
	return all
}

// sessionsOf sorts operations, in the order of Begin, by the code that they go back to.
// Tokens of which the history does not tell the origin are a session of their own.
func sessionsOf(operations []Operation) map[string]*session {
	origin, sessions := map[string]string{}, map[string]*session{}
	of := func(presented string) (string, *session) {
		code, ok := origin[presented]
		if !ok {
			code = presented
			origin[presented] = code
		}
		if sessions[code] == nil {
			sessions[code] = &session{}
		}
		return code, sessions[code]
	}
	issued := func(o *Operation, code string) {
		for _, token := range []string{o.Refresh, o.Access} {
			if token != "" {
				origin[token] = code
			}
		}
	}
	logins := map[string][]*session{}
	for i := range operations {
		switch o := &operations[i]; o.Kind {
		case Redemption:
			code, s := of(o.Presented)
			s.redemptions = append(s.redemptions, o)
			if issued(o, code); o.Login != "" && len(s.redemptions) == 1 {
				logins[o.Login] = append(logins[o.Login], s)
			}
		case Refresh:
			code, s := of(o.Presented)
			s.refreshes = append(s.refreshes, o)
			issued(o, code)
		case Use:
			_, s := of(o.Presented)
			s.uses = append(s.uses, o)
		case Revocation:
			_, s := of(o.Presented)
			s.revocations = append(s.revocations, o)
		}
	}
	for i := range operations {
		if o := &operations[i]; o.Kind == SignOut {
			for _, s := range logins[o.Presented] {
				s.signOuts = append(s.signOuts, o)
			}
		}
	}
	return sessions
}
