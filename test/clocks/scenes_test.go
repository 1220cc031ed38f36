package clocks

import (
	"net/http"
	"slices"

	"github.com/grantor-dev/grantor/test/history"
	"github.com/grantor-dev/grantor/test/installation"
)

// scene is what a race is about. It returns the tokens that its clients have in the end.
type scene struct {
	name  string
	share int
	run   func(*race) []tokens
}

var scenes = []scene{
	{"one code", 30, (*race).codes},
	{"one refresh token", 25, (*race).refreshes},
	{"a revocation and refreshes", 20, (*race).revocations},
	{"a refresh token and the one before it", 12, (*race).generations},
	{"others", 8, (*race).others},
	{"signing out", 5, (*race).signOuts},
}

// run runs some scene, looks at what is left of it, and returns its name.
func (r *race) run() string {
	n := r.random.IntN(100)
	for _, s := range scenes {
		if n -= s.share; n < 0 {
			r.look(s.run(r))
			return s.name
		}
	}
	return ""
}

// look uses tokens once more at a replica with faults, and then at the one without.
func (r *race) look(all []tokens) {
	all = slices.DeleteFunc(all, func(t tokens) bool { return t.refresh == "" })
	slices.SortFunc(all, func(a, b tokens) int { return len(a.refresh) - len(b.refresh) })
	all = slices.CompactFunc(all, func(a, b tokens) bool { return a.refresh == b.refresh })
	for i, last := range all {
		r.use(r.at(), last.access, r.random.IntN(2) == 0)
		r.use(r.witness, last.access, true)
		if i == len(all)-1 {
			next, _ := r.persist(last.refresh)
			if next.refresh != "" {
				r.use(r.witness, next.access, true)
			}
		}
	}
}

// persist refreshes until there is an answer, in the end at the replica without faults.
func (r *race) persist(token string) (tokens, history.Answer) {
	for range 2 {
		if got, told := r.refresh(r.at(), token); told != history.Unknown {
			return got, told
		}
	}
	return r.refresh(r.witness, token)
}

// session returns the tokens of a new session, whose code was presented until there was an
// answer. There are none if the code was used and its answer was lost.
func (r *race) session() (tokens, bool) {
	c := r.authorize(r.cookies, "", true)
	for range 5 {
		switch got, told := r.redeem(r.at(), c); told {
		case history.Accepted:
			return got, true
		case history.Refused:
			return tokens{}, false
		}
	}
	return tokens{}, false
}

func (r *race) codes() []tokens {
	c, n := r.authorize(r.cookies, "", true), r.ways()
	right := r.random.IntN(n + 1)
	got, all := make([]tokens, n), make([]func(), n)
	for i := range all {
		at := r.at()
		all[i] = func() {
			if i < right {
				got[i], _ = r.redeem(at, c)
			} else {
				r.redeemWrongly(at, c, i)
			}
		}
	}
	together(all)
	if right == 0 {
		last, _ := r.redeem(r.witness, c)
		return slices.Concat(got, []tokens{last})
	}
	return got
}

func (r *race) refreshes() []tokens {
	now, ok := r.session()
	for rounds := 1 + r.random.IntN(3); rounds > 0 && ok; rounds-- {
		got, all := make([]tokens, r.ways()), []func(){}
		for i := range got {
			at := r.at()
			all = append(all, func() { got[i], _ = r.refresh(at, now.refresh) })
		}
		together(all)
		next := slices.IndexFunc(got, func(t tokens) bool { return t.refresh != "" })
		if next < 0 {
			break // The retry is look's.
		}
		now = got[next]
	}
	return []tokens{now}
}

func (r *race) revocations() []tokens {
	now, ok := r.session()
	if !ok {
		return nil
	}
	got, all := make([]tokens, r.ways()), []func(){}
	for i := range got {
		at, token := r.at(), []string{now.refresh, now.access}[r.random.IntN(2)]
		if i == 0 || r.random.IntN(8) == 0 {
			all = append(all, func() { r.revoke(at, token) })
			continue
		}
		all = append(all, func() { got[i], _ = r.refresh(at, now.refresh) })
	}
	together(all)
	return slices.Concat(got, []tokens{now})
}

func (r *race) generations() []tokens {
	first, ok := r.session()
	if !ok {
		return nil
	}
	second, told := r.persist(first.refresh)
	if told != history.Accepted {
		return []tokens{first}
	}
	got, all := make([]tokens, r.ways()), []func(){}
	for i := range got {
		at := r.at()
		all = append(all, func() { got[i], _ = r.refresh(at, []string{first.refresh, second.refresh}[i%2]) })
	}
	together(all)
	return slices.Concat(got, []tokens{second})
}

func (r *race) others() []tokens {
	now, ok := r.session()
	if !ok {
		return nil
	}
	got, all := make([]tokens, r.ways()), []func(){}
	for i := range got {
		at := r.at()
		all = append(all, []func(){
			func() { got[i], _ = r.refresh(at, now.refresh) },
			func() { r.refreshAsAnother(at, now.refresh) },
			func() { r.revokeAsAnother(at, now.refresh) },
		}[i%3])
	}
	together(all)
	return slices.Concat(got, []tokens{now})
}

// signOuts signs out of a browser with two sessions, one of which outlives that, and with a
// code.
func (r *race) signOuts() []tokens {
	v := installation.NewVisitor(http.DefaultTransport, append([]string{r.witness}, r.urls...)...)
	login, _ := installation.Verifier() // a name for it
	r.app.Code(r.t, v, "alice", nil)
	cookies := v.Cookies(r.witness)
	bound, free, unused := r.authorize(cookies, login, false), r.authorize(cookies, login, true), r.authorize(cookies, login, true)
	first, _ := r.redeem(r.witness, bound)
	second, _ := r.redeem(r.witness, free)
	at, other := r.at(), r.at()
	var got tokens
	together([]func(){
		func() { r.signOut(v, at, login) },
		func() { got, _ = r.refresh(other, first.refresh) },
	})
	r.redeem(other, unused)
	last := first
	if got.refresh != "" {
		last = got
	}
	r.use(r.witness, last.access, true)
	r.persist(last.refresh)
	return []tokens{second}
}

// signOut signs out at a replica; without an answer at the next one, as users do.
func (r *race) signOut(v *installation.Visitor, at, login string) {
	view := v.Get(r.t, at+"/logout")
	if _, ok := view.DecisionForm(); !ok {
		view = v.Get(r.t, r.witness+"/logout")
	}
	form, ok := view.DecisionForm()
	if !ok {
		r.t.Errorf("nobody is asked whether to sign out: %d", view.Status)
		return
	}
	r.sent(history.Operation{Kind: history.SignOut, Presented: login}, func() *answer {
		got := v.Submit(r.t, view, form, map[string][]string{"decision": {"allow"}})
		return &answer{status: got.Status}
	}, verdict(http.StatusOK, 0, ""))
}
