package attempts

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/flow"
)

const (
	// maxAttempts is how many sign-ins elsewhere a browser can be in the middle of.
	maxAttempts = 3
	// maxKept is the length of all attempts: proxies bound the line with all cookies of a
	// browser, often at 8 KiB.
	maxKept = maxParts * partSize
)

// makeRoom takes back the cookies of attempts for which there is no room next to a new one of
// some length, and those that do not open.
func (c *Cookies) makeRoom(v *flow.Visit, length int) {
	r := v.Sent()
	found := map[string]*kept{}
	for _, name := range v.KeptNames(r, prefix) {
		state, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "-")
		if found[state] == nil {
			found[state] = &kept{state: state}
			if a := c.open(r, v, state); a != nil {
				found[state].began = a.Began
			}
		}
		found[state].length += len(v.Kept(r, name))
	}
	for _, state := range tooMany(slices.Collect(maps.Values(found)), length) {
		drop(r, v, state)
	}
}

// kept is an attempt that a browser brought back: the first characters of its state, when
// it began, 0 for one that does not open, and its length.
type kept struct {
	state  string
	began  int64
	length int
}

// tooMany returns the states of the attempts that have to go for a new one of some length, the
// oldest first to go.
func tooMany(all []*kept, length int) (states []string) {
	slices.SortFunc(all, func(a, b *kept) int { return cmp.Compare(b.began, a.began) })
	stay := 0
	for _, one := range all {
		if one.began == 0 || stay == maxAttempts-1 || length+one.length > maxKept {
			states = append(states, one.state)
			continue
		}
		stay, length = stay+1, length+one.length
	}
	return states
}
