package serviceaccounts

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// ErrBusy says that too many tokens were sent that were never seen to be authentic.
var ErrBusy = errors.New("too many unknown tokens")

// share is how many unknown tokens may be asked about, at once and each second. A pod
// has a new one every hour, so that only strangers need more.
type share struct {
	perSecond rate.Limit
	burst     int
}

var (
	perAddress = share{20, 100}
	perClient  = share{50, 200}
	perServer  = share{200, 400}
)

// shares counts questions about unknown tokens.
type shares struct {
	now func() time.Time

	mu                 sync.Mutex
	server             *rate.Limiter
	addresses, clients recent[string, *rate.Limiter]
}

func newShares(now func() time.Time) *shares {
	return &shares{now: now, server: rate.NewLimiter(perServer.perSecond, perServer.burst)}
}

// take reports whether a question may be asked. One that is refused costs the shares
// behind it nothing, so that a stranger does not use up those of others.
func (s *shares) take(q Question) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	return limiter(&s.addresses, site(q.Address), perAddress).AllowN(now, 1) &&
		limiter(&s.clients, q.Client, perClient).AllowN(now, 1) && s.server.AllowN(now, 1)
}

func limiter(of *recent[string, *rate.Limiter], key string, s share) *rate.Limiter {
	found, ok := of.get(key)
	if !ok {
		found = rate.NewLimiter(s.perSecond, s.burst)
	}
	of.put(key, found)
	return found
}

// site returns the part of an address that one customer has; the rest of an IPv6
// address is his to vary.
func site(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
