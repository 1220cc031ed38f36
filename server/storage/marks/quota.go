package marks

import (
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Every revocation stores an object until the token would have expired, and so does
// every assertion that a client signs. A client may store what an application needs, and
// cannot fill the storage.
const (
	perSecond = 20
	burst     = 400
)

// Quota bounds the Marks that each client may have this replica store.
type Quota struct{ clients *httpx.Quota }

// NewQuota returns an unused Quota.
func NewQuota() *Quota { return &Quota{httpx.NewQuota(perSecond, burst)} }

// Take counts one more Mark of a client. It returns a 503 with a description when the
// client has used up its share.
func (q *Quota) Take(client types.UID, now time.Time, description string) error {
	if q.clients.Take(string(client), now) {
		return nil
	}
	return httpx.Spent(http.StatusServiceUnavailable, 1, description)
}
