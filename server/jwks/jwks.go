package jwks

import (
	"net/http"
	"sync/atomic"
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

	prepared atomic.Pointer[prepared]
}

// prepared is the document of one set of keys.
type prepared struct {
	set      *keys.Set
	maxAge   time.Duration
	document *httpx.Document
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
	maxAge, present := e.MaxAge(), e.prepared.Load()
	if present == nil || present.set != set || present.maxAge != maxAge {
		document, err := httpx.NewDocument(set.JWKS(), int(maxAge.Seconds()))
		if err != nil {
			return err
		}
		present = &prepared{set: set, maxAge: maxAge, document: document}
		e.prepared.Store(present)
	}
	present.document.Serve(w, r)
	return nil
}
