package elsewhere

import (
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Root is the root of the issuer.
type Root struct {
	// Home returns the URL of the page that a user can open without an application.
	Home func() string
}

// Missing is every path where there is nothing.
type Missing struct{}

var (
	_ httpx.Endpoint = (*Root)(nil)
	_ httpx.Endpoint = Missing{}
)

// ServeEndpoint implements httpx.Endpoint.
func (e *Root) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Location", e.Home())
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// ServeEndpoint implements httpx.Endpoint.
func (Missing) ServeEndpoint(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Vary", "Accept")
	return httpx.NotFound()
}

// WantsPage reports whether a request accepts HTML by name (RFC 9110 section 12.5.1), as
// browsers do. A program that accepts anything gets what programs get.
func WantsPage(r *http.Request) bool {
	for _, accept := range r.Header.Values("Accept") {
		for one := range strings.SplitSeq(accept, ",") {
			kind, parameters, _ := strings.Cut(one, ";")
			if strings.EqualFold(strings.TrimSpace(kind), "text/html") && !refused(parameters) {
				return true
			}
		}
	}
	return false
}

// refused reports whether parameters of a media range give it the weight 0.
func refused(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, weight, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.EqualFold(name, "q") && strings.Trim(weight, "0.") == "" {
			return true
		}
	}
	return false
}
