package dpop

import (
	"crypto/sha256"
	"sync"

	"github.com/grantor-dev/grantor/internal/recent"
)

// maxSeen is how many proofs are remembered at least, and half of how many at most: more
// than a replica verifies within their life.
const maxSeen = 100_000

// replays are the proofs that this replica has seen (RFC 9449 section 11.1). Others do not
// know of them: telling them would be a write for each request.
type replays struct {
	mu   sync.Mutex
	seen *recent.Map[[16]byte, struct{}]
}

func newReplays() *replays { return &replays{seen: recent.NewMap[[16]byte, struct{}](maxSeen)} }

// first reports whether the proof of a key with an id was not seen before, and remembers it.
func (r *replays) first(thumbprint, id string) bool {
	sum := sha256.Sum256([]byte(thumbprint + id))
	key := [16]byte(sum[:16])
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, seen := r.seen.Get(key); seen {
		return false
	}
	r.seen.Put(key, struct{}{})
	return true
}
