package marks

import (
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

// Every revocation stores an object until the token would have expired, and so does
// every assertion that a client signs. A client may store what an application needs, and
// cannot fill the storage.
var perClient = limits.Budget{Burst: 400, Every: time.Second / 20}

// Quota bounds the Marks that each client may have this replica store.
type Quota struct{ limiter *limits.Limiter }

// NewQuota returns an unused Quota.
func NewQuota() *Quota { return &Quota{limits.New()} }

// Take counts one more Mark of a client. It returns a 503 with a description when the
// client has used up its share.
func (q *Quota) Take(client types.UID, now time.Time, description string) error {
	if q.limiter.Take(now, limits.Share{Kind: "client", Key: string(client), Budget: perClient}) == 0 {
		return nil
	}
	return httpx.Spent(http.StatusServiceUnavailable, 1, description)
}
