package authorization

import (
	"net/http"
	"sync"

	"golang.org/x/time/rate"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Lists cost the API server more than anything else that a person can ask for.
const (
	listsPerSecond = 1
	listBurst      = 20
)

// listLimit bounds how often each person makes this replica list objects. Only
// people who are signed in get that far, so it grows with their number.
type listLimit struct{ people sync.Map }

func (l *listLimit) allow(subject string) error {
	bucket, ok := l.people.Load(subject)
	if !ok {
		bucket, _ = l.people.LoadOrStore(subject, rate.NewLimiter(listsPerSecond, listBurst))
	}
	if bucket, ok := bucket.(*rate.Limiter); ok && bucket.Allow() {
		return nil
	}
	return &httpx.Error{
		Code: httpx.CodeTemporarilyUnavailable, Description: "You loaded this page too often. Wait some seconds, then try again.",
		Status: http.StatusTooManyRequests, RetryAfter: 5,
	}
}
