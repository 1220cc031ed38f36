package discovery

import (
	"net/http"

	"github.com/grantor-dev/grantor/server/httpx"
)

// maxAge is how long, in seconds, others may keep the document.
const maxAge = 60

// Metadata is a part of the document, by the registered names.
type Metadata map[string]any

// Endpoint serves the document.
type Endpoint struct {
	// Document returns the whole document.
	Document func() Metadata
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	httpx.WriteCacheableJSON(w, maxAge, e.Document())
	return nil
}
