package jwks

import (
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
)

// Keys has the current keys.
type Keys interface {
	// Current returns the current set of keys.
	Current() (*keys.Set, error)
}

// Endpoint serves the public keys.
type Endpoint struct {
	Keys Keys
	// MaxAge returns how long others may keep the keys: shorter than a key is published
	// before it signs.
	MaxAge func() time.Duration
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	set, err := e.Keys.Current()
	if err != nil {
		return httpx.Unavailable(err)
	}
	httpx.WriteCacheableJSON(w, int(e.MaxAge().Seconds()), set.JWKS())
	return nil
}
