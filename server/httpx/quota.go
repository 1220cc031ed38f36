package httpx

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKeys bounds the memory of a Quota.
const maxKeys = 1 << 16

// Quota bounds how often something may be done for each key: burst at once, perSecond
// over time. It is kept in memory, for this replica.
type Quota struct {
	perSecond rate.Limit
	burst     int

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// NewQuota returns an unused Quota.
func NewQuota(perSecond rate.Limit, burst int) *Quota {
	return &Quota{perSecond: perSecond, burst: burst, buckets: map[string]*rate.Limiter{}}
}

// Take reports whether it may be done once more for a key, and counts it.
func (q *Quota) Take(key string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	bucket, ok := q.buckets[key]
	if !ok {
		q.makeRoom(now)
		bucket = rate.NewLimiter(q.perSecond, q.burst)
		q.buckets[key] = bucket
	}
	return bucket.AllowN(now, 1)
}

// makeRoom forgets the keys that have their whole burst again, which is the same as
// never to have seen them. Where that is not enough it forgets any others, a part of
// all at once: looking through them for each new key would take longer than it saves.
func (q *Quota) makeRoom(now time.Time) {
	if len(q.buckets) < maxKeys {
		return
	}
	for key, bucket := range q.buckets {
		if bucket.TokensAt(now) >= float64(q.burst) {
			delete(q.buckets, key)
		}
	}
	for key := range q.buckets {
		if len(q.buckets) < maxKeys-maxKeys/16 {
			return
		}
		delete(q.buckets, key)
	}
}

// Spent returns the error for a caller whose quota is used up: retryAfter is in
// seconds.
func Spent(status, retryAfter int, description string) *Error {
	return &Error{Code: CodeTemporarilyUnavailable, Description: description, Status: status, RetryAfter: retryAfter}
}
