package jwksets

import "errors"

// Requests that wait for a site that is slow hold a place of all requests, and anyone can
// send them. So only some wait for one owner, and for all.
const (
	maxWaiting    = 32
	maxAllWaiting = 128
)

var errBusy = errors.New("too many requests wait for keys")

// wait counts a request that waits for the keys of an owner, until it leaves. It reports
// false where too many wait.
func (s *Store) wait(owner string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting[owner] >= maxWaiting || s.allWaiting >= maxAllWaiting {
		return nil, false
	}
	s.waiting[owner]++
	s.allWaiting++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.allWaiting--
		if s.waiting[owner]--; s.waiting[owner] == 0 {
			delete(s.waiting, owner)
		}
	}, true
}
