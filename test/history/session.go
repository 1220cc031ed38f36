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

// index finds the session of what was presented.
type index struct {
	// origin is the code that a token goes back to.
	origin   map[string]string
	sessions map[string]*session
	logins   map[string][]*session
}

// sessionsOf sorts operations, in the order of Begin, by the code that they go back to.
// Tokens of which the history does not tell the origin are a session of their own.
func sessionsOf(operations []Operation) map[string]*session {
	x := index{map[string]string{}, map[string]*session{}, map[string][]*session{}}
	for i := range operations {
		x.add(&operations[i])
	}
	for i := range operations {
		if o := &operations[i]; o.Kind == SignOut {
			for _, s := range x.logins[o.Presented] {
				s.signOuts = append(s.signOuts, o)
			}
		}
	}
	return x.sessions
}

func (x *index) add(o *Operation) {
	switch o.Kind {
	case Redemption:
		s := x.of(o)
		s.redemptions = append(s.redemptions, o)
		if o.Login != "" && len(s.redemptions) == 1 {
			x.logins[o.Login] = append(x.logins[o.Login], s)
		}
	case Refresh:
		s := x.of(o)
		s.refreshes = append(s.refreshes, o)
	case Use:
		s := x.of(o)
		s.uses = append(s.uses, o)
	case Revocation:
		s := x.of(o)
		s.revocations = append(s.revocations, o)
	}
}

// of returns the session of an operation, to which what it was issued belongs as well.
func (x *index) of(o *Operation) *session {
	code, ok := x.origin[o.Presented]
	if !ok {
		code = o.Presented
		x.origin[code] = code
	}
	for _, token := range []string{o.Refresh, o.Access} {
		if token != "" {
			x.origin[token] = code
		}
	}
	if x.sessions[code] == nil {
		x.sessions[code] = &session{}
	}
	return x.sessions[code]
}
