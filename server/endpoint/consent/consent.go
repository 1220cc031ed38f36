package consent

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/ui"
)

// Asker asks people for consent.
type Asker interface {
	// ConsentPage answers a request for the page.
	ConsentPage(r *http.Request, form url.Values) (authorization.Answer, error)
	// Agree answers the page's form.
	Agree(r *http.Request, form url.Values) (authorization.Answer, error)
}

// New returns the consent page.
func New(pages *ui.Pages, a Asker) *browser.Endpoint {
	return &browser.Endpoint{
		Pages: pages,
		Get:   func(r *http.Request) (authorization.Answer, error) { return a.ConsentPage(r, r.Form) },
		Post:  func(r *http.Request) (authorization.Answer, error) { return a.Agree(r, r.Form) },
	}
}
