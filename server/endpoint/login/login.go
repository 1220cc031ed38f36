package login

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/ui"
)

// SignIn signs people in.
type SignIn interface {
	// SignInPage answers a request for the page.
	SignInPage(r *http.Request, form url.Values) (authorization.Answer, error)
	// SignIn answers the page's form.
	SignIn(r *http.Request, form url.Values) (authorization.Answer, error)
}

// New returns the login page.
func New(pages *ui.Pages, s SignIn) *browser.Endpoint {
	return &browser.Endpoint{
		Pages: pages,
		Get:   func(r *http.Request) (authorization.Answer, error) { return s.SignInPage(r, r.Form) },
		Post:  func(r *http.Request) (authorization.Answer, error) { return s.SignIn(r, r.Form) },
	}
}
