package authorize

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// Authorizer answers authorization requests.
type Authorizer interface {
	// Authorize answers a request with the given parameters.
	Authorize(r *http.Request, form url.Values) (authorization.Answer, error)
}

// maxQuery is how long the parameters of a POST may be, in bytes: browsers and servers
// bound what a URL can hold.
const maxQuery = 8 << 10

// New returns the authorization endpoint. address is its own URL. A POST becomes a
// GET: browsers do not send cookies that are SameSite=Lax with a POST from another
// site, so everybody would seem to be signed out.
func New(pages *ui.Pages, a Authorizer, address func() string) *browser.Endpoint {
	return &browser.Endpoint{
		Pages: pages,
		Get:   func(r *http.Request) (authorization.Answer, error) { return a.Authorize(r, r.Form) },
		Post: func(r *http.Request) (authorization.Answer, error) {
			query := r.Form.Encode()
			if len(query) > maxQuery {
				return authorization.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The application's request is too long.")
			}
			return authorization.Answer{Location: address() + "?" + query}, nil
		},
	}
}
