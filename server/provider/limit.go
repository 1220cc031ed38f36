package provider

import (
	"net/http"
	"sync"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Every revocation stores an object until the token would have expired, and so does
// every assertion that a client signs. A client gets room for what an application needs,
// and not for filling the storage.
const (
	marksPerSecond = 20
	markBurst      = 400
)

// errFull says that there are as many Grants as the OAuthServer allows. A code that
// meets it is not used up.
var errFull = &httpx.Error{
	Code: httpx.CodeTemporarilyUnavailable, Description: "The server keeps as many authorizations as it may; try again later.",
	Status: http.StatusServiceUnavailable, RetryAfter: 30,
}

// limiter bounds how often each client makes this replica store something.
type limiter struct{ clients sync.Map }

// allow returns a 503 with a description when a client has used up its share.
func (l *limiter) allow(client types.UID, description string) error {
	bucket, ok := l.clients.Load(client)
	if !ok {
		bucket, _ = l.clients.LoadOrStore(client, rate.NewLimiter(marksPerSecond, markBurst))
	}
	if bucket, ok := bucket.(*rate.Limiter); ok && bucket.Allow() {
		return nil
	}
	return &httpx.Error{
		Code: httpx.CodeTemporarilyUnavailable, Description: description,
		Status: http.StatusServiceUnavailable, RetryAfter: 1,
	}
}
