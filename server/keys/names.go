package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Names returns the names, in hexadecimal, that something has, first the one that it is
// given: a keyed digest, from which nothing can be guessed.
//
// Names do not change when keys are replaced. What must happen once, such as using an
// assertion, is something that one name can be created for once: two replicas that
// named it with different root keys would let it happen twice. They are made with a key
// that is never replaced, and nothing is lost by that: anyone who may list the objects
// can read in them whose they are. The other names are those that an earlier release
// gave.
func (s *Set) Names(purpose Purpose, of string) []string {
	var names []string
	if s.pairwise != nil {
		names = append(names, name(s.pairwise.names[purpose], of))
	}
	for _, r := range s.namers {
		names = append(names, name(r.keys[purpose].digest, of))
	}
	return names
}

// addNamers takes the root keys of earlier releases, and all where there is no pairwise
// key yet. The oldest is the first: every replica has that.
func (s *Set) addNamers() {
	for _, r := range s.roots {
		if r.former || s.pairwise == nil {
			s.namers = append(s.namers, r)
		}
	}
	slices.SortStableFunc(s.namers, func(a, b root) int { return a.made.Compare(b.made) })
}

func name(key []byte, of string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(of))
	return hex.EncodeToString(h.Sum(nil)[:20])
}
