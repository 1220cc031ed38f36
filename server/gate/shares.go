package gate

import (
	"context"
	"errors"
	"sync"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// maxReads is how many tokens of one resource are looked up at once, a quarter of the gate's
// limit: a client with one token of a resource must not block requests with other tokens.
const maxReads = 256

// errBusy is not logged as an error: anyone who has a token could fill the log.
var errBusy = httpx.Elsewhere(errors.New("too many tokens of one resource are looked up at once"))

// shares are how many tokens of each resource are being looked up.
type shares struct {
	mu    sync.Mutex
	taken map[string]int
}

func newShares() shares { return shares{taken: map[string]int{}} }

// enter takes one of the reads of a resource, and reports whether there was one.
func (s *shares) enter(identifier string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[identifier] >= maxReads {
		return false
	}
	s.taken[identifier]++
	return true
}

// leave gives back what enter took.
func (s *shares) leave(identifier string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[identifier]--; s.taken[identifier] == 0 {
		delete(s.taken, identifier)
	}
}

// sharing is from, for a limited number of tokens of a resource at once.
func (e *Endpoint) sharing(ctx context.Context, asked *question, claims *tokens.AccessClaims) (*passed, error) {
	identifier := asked.resource.Identifier
	if !e.shares.enter(identifier) {
		return nil, errBusy
	}
	defer e.shares.leave(identifier)
	return e.from(ctx, claims)
}
