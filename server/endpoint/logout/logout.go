package logout

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/ui"
)

// SignOut signs people out.
type SignOut interface {
	// LogoutPage answers a request to sign out, from an application or a person.
	LogoutPage(r *http.Request, form url.Values) (authorization.Answer, error)
	// Logout answers the page's form.
	Logout(r *http.Request, form url.Values) (authorization.Answer, error)
}

// New returns the end session endpoint. Applications may use POST, too (section 2 of
// the specification); only the page's own form has a decision.
func New(pages *ui.Pages, s SignOut) *browser.Endpoint {
	return &browser.Endpoint{
		Pages: pages,
		Get:   func(r *http.Request) (authorization.Answer, error) { return s.LogoutPage(r, r.Form) },
		Post: func(r *http.Request) (authorization.Answer, error) {
			if r.Form.Has("decision") {
				return s.Logout(r, r.Form)
			}
			return s.LogoutPage(r, r.Form)
		},
	}
}
