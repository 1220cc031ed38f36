package device

import (
	"context"
	"errors"
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
	if !now.Before(code.ExpiresAt().Add(approvals.Late)) {
		return nil, errCodeExpired
	}
	if p.tooSoon(code.Grant, now) {
		return nil, httpx.BadRequest(httpx.CodeSlowDown, "Wait 5 seconds between two requests.")
	}
	decided, err := p.decided(ctx, code, now)
	switch {
	case err != nil:
		// What the server could not answer is no answer: the device may ask at once.
		p.answer(code.Grant, time.Time{})
		return nil, httpx.Unavailable(err)
	case decided != nil && decided.State == sessionv1alpha1.ApprovalDenied:
		return nil, httpx.BadRequest(httpx.CodeAccessDenied, "The user denied the request.")
	case decided != nil:
		return decided, nil
	case !now.Before(code.ExpiresAt()):
		return nil, errCodeExpired
	}
	return nil, errPending
}

// decided returns what the user of a device decided, read live; nil for nothing.
func (p *Polls) decided(ctx context.Context, code *approvals.Code, now time.Time) (*approvals.Approval, error) {
	known, err := p.known(ctx, code.UserCode, now)
	if err != nil || known == nil {
		return nil, err
	}
	if known.State == sessionv1alpha1.ApprovalClaimed && now.Before(code.ExpiresAt()) {
		err := p.Approvals.Ask(ctx, code, now)
		if errors.Is(err, approvals.ErrTaken) {
			err = nil
		}
		return nil, err
	}
	if !concerns(known, code) || !isDecision(known) {
		return nil, nil //nolint:nilnil // that nothing is decided is an answer
	}
	live, err := p.Approvals.Find(ctx, code.UserCode, now)
	if err != nil || live == nil || !concerns(live, code) || !isDecision(live) {
		return nil, err
	}
	return live, nil
}

// concerns reports whether an Approval is about the device of a code. One that was denied by
// hand before any device asked is about each.
func concerns(a *approvals.Approval, code *approvals.Code) bool {
	return a.IsFor(code) || a.Code == nil && a.State == sessionv1alpha1.ApprovalDenied
}

func isDecision(a *approvals.Approval) bool {
	return a.State == sessionv1alpha1.ApprovalAllowed || a.State == sessionv1alpha1.ApprovalDenied
}

// known returns what is known of a user code, which can be some moments old.
func (p *Polls) known(ctx context.Context, userCode string, now time.Time) (*approvals.Approval, error) {
	if p.Copy.Fresh() == nil {
		return p.copied(userCode, now)
	}
	if p.Limiter.Take(now, limits.Share{Kind: "live", Budget: liveReads}) > 0 {
		return nil, nil //nolint:nilnil // as long as nothing is known, the device waits
	}
	return p.Approvals.Find(ctx, userCode, now)
}

// copied returns what the local copy has of a user code.
func (p *Polls) copied(userCode string, now time.Time) (*approvals.Approval, error) {
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

// answer remembers when a device was answered.
func (p *Polls) answer(grant string, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answered.Put(grant, at)
}

var (
	errPending     = httpx.BadRequest(httpx.CodeAuthorizationPending, "The user has not decided yet.")
	errCodeExpired = httpx.BadRequest(httpx.CodeExpiredToken, "The device code has expired. Start again.")
)
