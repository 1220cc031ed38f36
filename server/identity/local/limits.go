package local

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

const (
	// maxKeys bounds the memory of each kind of count, some 10 MiB. An attacker who
	// wants to push a user's count out has to fail for as many others, which takes
	// longer than the count takes to be forgotten, since each failure costs a hash.
	maxKeys = 1 << 16
	// ipv6Site is how much of an IPv6 address names a customer, who can vary the rest.
	ipv6Site = 64
)

// limits count failed attempts in memory. An attempt counts against the user and
// against the address that it comes from. A user who signed in from an address before
// has a separate budget there: neither an attacker who guesses nor a neighbour behind
// the same address locks the user out.
type limits struct {
	now  func() time.Time
	seed maphash.Seed

	mu                    sync.Mutex
	users, addresses, own *buckets
}

func newLimits(now func() time.Time) *limits {
	perUser := budget{burst: 10, every: 5 * time.Second}
	return &limits{
		now: now, seed: maphash.MakeSeed(),
		users:     newBuckets(perUser, maxKeys),
		addresses: newBuckets(budget{burst: 50, every: time.Second}, maxKeys),
		own:       newBuckets(perUser, maxKeys),
	}
}

// attempt is one that was counted as failed in advance, so that many at once
// cannot fail together.
type attempt struct {
	limits              *limits
	user, address, both uint64
	own                 bool
}

// begin counts an attempt, or returns *identity.TooManyError. A user "" counts for the
// address alone.
func (l *limits) begin(username, address string) (*attempt, error) {
	a := &attempt{limits: l, address: l.key(site(address))}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if username != "" {
		a.user = l.key("user", username)
		a.both = l.key("both", username, site(address))
		a.own = l.own.get(a.both) != nil
	}
	if wait := a.wait(now); wait > 0 {
		return nil, &identity.TooManyError{RetryAfter: wait}
	}
	if a.own {
		l.own.add(a.both, now)
		return a, nil
	}
	l.addresses.add(a.address, now)
	if username != "" {
		l.users.add(a.user, now)
	}
	return a, nil
}

func (a *attempt) wait(now time.Time) time.Duration {
	switch {
	case a.own:
		return a.limits.own.wait(a.both, now)
	case a.user == 0:
		return a.limits.addresses.wait(a.address, now)
	default:
		return max(a.limits.addresses.wait(a.address, now), a.limits.users.wait(a.user, now))
	}
}

// cancel uncounts an attempt: it succeeded, or nothing was tried.
func (a *attempt) cancel() {
	a.limits.mu.Lock()
	defer a.limits.mu.Unlock()
	if a.own {
		a.limits.own.takeBack(a.both)
		return
	}
	a.limits.addresses.takeBack(a.address)
	if a.user != 0 {
		a.limits.users.takeBack(a.user)
	}
}

// succeed uncounts an attempt and remembers that this user logs in from there.
func (a *attempt) succeed() {
	a.cancel()
	a.limits.mu.Lock()
	defer a.limits.mu.Unlock()
	if !a.own {
		a.limits.own.add(a.both, a.limits.now())
		a.limits.own.takeBack(a.both)
	}
}

// key is keyed at random, so that an attacker cannot choose two names that collide. It
// is never 0.
func (l *limits) key(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(l.seed)
	for _, part := range parts {
		_, _ = h.WriteString(part)
		_ = h.WriteByte(0)
	}
	return h.Sum64() | 1
}

// site returns the part of an address, with or without a port, that one customer
// has. What is no address is one by itself.
func site(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		withPort, err := netip.ParseAddrPort(address)
		if err != nil {
			return "other"
		}
		ip = withPort.Addr()
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(ipv6Site)
	if err != nil {
		return "other"
	}
	return prefix.String()
}
