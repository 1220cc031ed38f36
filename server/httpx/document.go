package httpx

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Document is public metadata, encoded once and served many times. It does not change.
type Document struct {
	body []byte
	// These are values of headers, which net/http does not change.
	etag, length, cacheControl []string
}

// anyOrigin allows scripts of every origin.
var anyOrigin = []string{"*"}

// NewDocument encodes a value that others may keep for some seconds.
func NewDocument(value any, seconds int) (*Document, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	sum := sha256.Sum256(body)
	return &Document{
		body:         body,
		etag:         []string{`"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`},
		length:       []string{strconv.Itoa(len(body))},
		cacheControl: []string{"public, max-age=" + strconv.Itoa(seconds)},
	}, nil
}

// Serve writes the document, or 304 to who has it already (RFC 9110 section 13.1.2).
func (d *Document) Serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header["Cache-Control"] = d.cacheControl
	header["Access-Control-Allow-Origin"] = anyOrigin
	header["Etag"] = d.etag
	header["X-Content-Type-Options"] = noSniff
	if known := r.Header["If-None-Match"]; len(known) > 0 && d.among(known) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header["Content-Type"] = contentJSON
	header["Content-Length"] = d.length
	w.WriteHeader(http.StatusOK)
	// A client that is gone is no error of the server.
	_, _ = w.Write(d.body)
}

// among reports whether a list of entity tags has that of the document. A proxy that
// compresses makes it a weak one.
func (d *Document) among(known []string) bool {
	for _, list := range known {
		for tag := range strings.SplitSeq(list, ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if tag == d.etag[0] || tag == "*" {
				return true
			}
		}
	}
	return false
}
