package guesses

import (
	"net/netip"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/limits"
)

// The shares that failed attempts use up.
const (
	// ofBrowser is a user in a browser that is known for that user.
	ofBrowser limits.Kind = "browser"
	// ofKnown is a user in all browsers that are known for that user, ofKnownPair in one of
	// them.
	ofKnown     limits.Kind = "known"
	ofKnownPair limits.Kind = "known pair"
	// ofUser is a user in all other browsers together.
	ofUser limits.Kind = "user"
	// ofPair is a user at an address, ofAddress all users there.
	ofPair    limits.Kind = "pair"
	ofAddress limits.Kind = "address"
)

// The limits of users are what limits guessing: 17,280 tries a day at each replica. Sixty
// addresses together can use up the limit of a user, but one address cannot.
var (
	perBrowser = limits.Budget{Burst: 10, Every: 5 * time.Second}
	perUser    = limits.Budget{Burst: 60, Every: 5 * time.Second}
	perPair    = limits.Budget{Burst: 10, Every: 5 * time.Minute}
	perAddress = limits.Budget{Burst: 50, Every: time.Second}
)

// Limits counts failed attempts in memory.
type Limits struct {
	now     func() time.Time
	limiter *limits.Limiter
}

// NewLimits returns limits that have counted nothing.
func NewLimits(now func() time.Time) *Limits {
	return &Limits{now: now, limiter: limits.New()}
}

// Attempt is an attempt that was counted as failed in advance, so that many attempts at the same
// time cannot exceed the limits.
type Attempt struct {
	limiter *limits.Limiter
	shares  []limits.Share
}

// Begin counts an attempt, or returns *identity.TooManyError. In a known browser it counts only
// for the browser: nobody else uses up its share, and it uses up no other. A user "" counts for
// no user.
func (l *Limits) Begin(username string, address netip.Addr, browser string) (*Attempt, error) {
	now := l.now()
	if browser != "" {
		shares := []limits.Share{{Kind: ofBrowser, Key: browser, Budget: perBrowser}}
		if wait := l.limiter.Take(now, shares...); wait > 0 {
			return nil, &identity.TooManyError{RetryAfter: wait}
		}
		return &Attempt{l.limiter, shares}, nil
	}
	networks := limits.Networks(ofAddress, "", address, perAddress)
	shares := networks
	if username != "" {
		shares = append(shares, ofOne(username, address)...)
	}
	return l.take(now, shares, networks)
}

// BeginUser counts an attempt for one more name of a user, where the first one did for the
// address, or returns *identity.TooManyError.
func (l *Limits) BeginUser(username string, address netip.Addr) (*Attempt, error) {
	return l.take(l.now(), ofOne(username, address), limits.Networks(ofAddress, "", address, perAddress))
}

// BeginKnown counts an attempt in a known browser for the user as well, or returns
// *identity.TooManyError. It is for users whose browsers stay known when their password changes:
// many attackers may once have known the password. As with addresses, one browser cannot use up
// the limit of all.
func (l *Limits) BeginKnown(username, browser string) (*Attempt, error) {
	return l.take(l.now(), []limits.Share{
		{Kind: ofKnownPair, Key: username + "\x00" + browser, Budget: perPair}, {Kind: ofKnown, Key: username, Budget: perUser},
	}, nil)
}

// ofOne are the shares of one user.
func ofOne(username string, address netip.Addr) []limits.Share {
	return append(limits.Networks(ofPair, username, address, perPair), limits.Share{Kind: ofUser, Key: username, Budget: perUser})
}

func (l *Limits) take(now time.Time, shares, networks []limits.Share) (*Attempt, error) {
	if wait := l.limiter.Take(now, shares...); wait > 0 {
		// An address that does not wait is shut out. Its attempts then do not count for the
		// networks around it, which may belong to other customers.
		l.limiter.Charge(now, networks[:min(1, len(networks))]...)
		return nil, &identity.TooManyError{RetryAfter: wait}
	}
	return &Attempt{l.limiter, shares}, nil
}

// Cancel takes back the count of an attempt: it succeeded, or nothing was tried.
func (a *Attempt) Cancel() { a.limiter.Return(a.shares...) }
