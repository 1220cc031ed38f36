package clientdocuments

import "strconv"

// Each request that waits for a slow host takes one of the places for requests of browsers. So
// only some may wait for one host, for one user, for all hosts that the OAuthServer lists, and
// for all others.
const (
	maxWaiting    = 8
	maxAllWaiting = 32
)

// wait counts a request that waits for a host, until it leaves. It reports false where too
// many wait.
func (s *Store) wait(host string, listed bool, subject string) (leave func(), ok bool) {
	most := map[string]int{"host " + host: maxWaiting, "listed " + strconv.FormatBool(listed): maxAllWaiting}
	if subject != "" {
		most["user "+subject] = maxWaiting
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, n := range most {
		if s.waiting[key] >= n {
			return nil, false
		}
	}
	for key := range most {
		s.waiting[key]++
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for key := range most {
			if s.waiting[key]--; s.waiting[key] == 0 {
				delete(s.waiting, key)
			}
		}
	}, true
}
