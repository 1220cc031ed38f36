package account

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/ui"
)

// Keeper shows people what is kept about them.
type Keeper interface {
	// Account answers a request for the page.
	Account(r *http.Request) (authorization.Answer, error)
	// ChangeAccount answers one of the page's forms.
	ChangeAccount(r *http.Request, form url.Values) (authorization.Answer, error)
}

// New returns the account page.
func New(pages *ui.Pages, k Keeper) *browser.Endpoint {
	return &browser.Endpoint{
		Pages: pages,
		Get:   k.Account,
		Post:  func(r *http.Request) (authorization.Answer, error) { return k.ChangeAccount(r, r.Form) },
	}
}
