package device

import (
	"context"
	"sync"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/recent"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/approvals"
)

const (
	// tolerance is how much sooner than the interval a device may ask again: requests take
	// different times on their way.
	tolerance = time.Second
	// maxPaces is how many devices a replica remembers at least, in some 20 MiB.
	maxPaces = 100_000
)

// liveReads bounds what is read at the API server while there is no local copy.
var liveReads = limits.Budget{Burst: 20, Every: time.Second / 20}

// Copy has the Approvals as they were a moment ago.
type Copy interface {
	// Get returns an Approval, nil for none. It must not be changed.
	Get(name string) *sessionv1alpha1.Approval
	// Fresh returns an error while the copy does not count.
	Fresh() error
}

// Polls answers devices that ask whether their users have decided.
type Polls struct {
	Approvals *approvals.Store
	Copy      Copy
	Now       func() time.Time
	Limiter   *limits.Limiter

	mu sync.Mutex
	// answered is when each device was told something else than to slow down.
	answered *recent.Map[string, time.Time]
}

// Answer returns the Approval that allows a device what it asked for, read live. It returns
// an httpx.Error as long as there is none (RFC 8628 section 3.5). While nothing is decided it
// writes nothing and reads nothing, but for the first question after a user typed the code.
func (p *Polls) Answer(ctx context.Context, code *approvals.Code) (*approvals.Approval, error) {
	now := p.Now()
	if !now.Before(code.ExpiresAt()) {
		return nil, httpx.BadRequest(httpx.CodeExpiredToken, "The device code has expired. Begin again.")
	}
	if p.tooSoon(code.Grant, now) {
		return nil, httpx.BadRequest(httpx.CodeSlowDown, "Wait 5 seconds between two requests.")
	}
	known, err := p.known(ctx, code.UserCode, now)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	switch {
	case known == nil:
		return nil, errPending
	case known.State == sessionv1alpha1.ApprovalClaimed:
		if err := p.Approvals.Ask(ctx, code, now); err != nil {
			return nil, httpx.Unavailable(err)
		}
		return nil, errPending
	case !known.IsFor(code), known.State == sessionv1alpha1.ApprovalAsked:
		return nil, errPending
	}
	decided, err := p.Approvals.Find(ctx, code.UserCode, now)
	switch {
	case err != nil:
		return nil, httpx.Unavailable(err)
	case decided == nil || !decided.IsFor(code):
		return nil, errPending
	case decided.State != sessionv1alpha1.ApprovalAllowed:
		return nil, httpx.BadRequest(httpx.CodeAccessDenied, "The user denied the request.")
	}
	return decided, nil
}

// known returns what is known of a user code, which can be some moments old.
func (p *Polls) known(ctx context.Context, userCode string, now time.Time) (*approvals.Approval, error) {
	if p.Copy.Fresh() != nil {
		if p.Limiter.Take(now, limits.Share{Kind: "live", Budget: liveReads}) > 0 {
			return nil, nil //nolint:nilnil // as long as nothing is known, the device waits
		}
		return p.Approvals.Find(ctx, userCode, now)
	}
	name, err := p.Approvals.Name(userCode)
	if err != nil {
		return nil, err
	}
	object := p.Copy.Get(name)
	if object == nil {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	a, err := p.Approvals.Read(object)
	if err != nil || !now.Before(a.ExpiresAt) {
		return nil, nil //nolint:nilnil,nilerr // what does not verify is none
	}
	return a, nil
}

// tooSoon reports whether a device asks before the interval since its last answer is over
// (RFC 8628 section 3.5). One that does not slow down is answered once in each interval: it
// costs nothing, and much software asks as it likes.
func (p *Polls) tooSoon(grant string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answered == nil {
		p.answered = recent.NewMap[string, time.Time](maxPaces)
	}
	if last, ok := p.answered.Get(grant); ok && now.Sub(last) < interval-tolerance && !now.Before(last) {
		return true
	}
	p.answered.Put(grant, now)
	return false
}

var errPending = httpx.BadRequest(httpx.CodeAuthorizationPending, "The user has not decided yet.")
