package authorization

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/flow"
)

// forgetOld takes back the cookies of attempts for which there is no room next to a new one of
// some length, and those that do not open.
func (s *Service) forgetOld(v *flow.Visit, length int) {
	r := v.Sent()
	found := map[string]*keptAttempt{}
	for _, name := range v.KeptNames(r, attemptPrefix) {
		state, _, _ := strings.Cut(strings.TrimPrefix(name, attemptPrefix), "-")
		if found[state] == nil {
			found[state] = &keptAttempt{state: state}
			if a := s.openAttempt(r, v, state); a != nil {
				found[state].began = a.Began
			}
		}
		found[state].length += len(v.Kept(r, name))
	}
	for _, state := range tooMany(slices.Collect(maps.Values(found)), length) {
		s.dropAttempt(r, v, state)
	}
}

// keptAttempt is an attempt that a browser brought back: the first characters of its state, when
// it began, 0 for one that does not open, and its length.
type keptAttempt struct {
	state  string
	began  int64
	length int
}

// tooMany returns the states of the attempts that have to go for a new one of some length, the
// oldest first to go.
func tooMany(kept []*keptAttempt, length int) (states []string) {
	slices.SortFunc(kept, func(a, b *keptAttempt) int { return cmp.Compare(b.began, a.began) })
	stay := 0
	for _, one := range kept {
		if one.began == 0 || stay == maxAttempts-1 || length+one.length > maxKept {
			states = append(states, one.state)
			continue
		}
		stay, length = stay+1, length+one.length
	}
	return states
}
