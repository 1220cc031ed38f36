package provider

import (
	"net/http"

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

// mark returns a 503 with a description when a client has used up its share of a quota.
func (p *Provider) mark(quota *httpx.Quota, client types.UID, description string) error {
	if quota.Take(string(client), p.Now()) {
		return nil
	}
	return httpx.Spent(http.StatusServiceUnavailable, 1, description)
}
