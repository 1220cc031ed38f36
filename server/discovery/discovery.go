package discovery

import (
	"net/http"
	"sync/atomic"

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
	// Version returns another number whenever the document may have changed.
	Version func() uint64

	prepared atomic.Pointer[prepared]
}

// prepared is the document of one version.
type prepared struct {
	version  uint64
	document *httpx.Document
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	// Before the document is made: one that changes in the meantime is made again.
	version := e.Version()
	present := e.prepared.Load()
	if present == nil || present.version != version {
		document, err := httpx.NewDocument(e.Document(), maxAge)
		if err != nil {
			return err
		}
		present = &prepared{version: version, document: document}
		e.prepared.Store(present)
	}
	present.document.Serve(w, r)
	return nil
}
