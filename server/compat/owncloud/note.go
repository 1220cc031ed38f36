package owncloud

import (
	"net/http"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// note is a page with the same message for everybody.
type note struct {
	pages *ui.Pages
	page  ui.Note
}

var _ httpx.Endpoint = note{}

// ServeEndpoint implements httpx.Endpoint. The page does not depend on the query.
func (n note) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Readable(w, r); err != nil {
		return err
	}
	return n.pages.Write(w, flow.Language(r, ""), http.StatusOK, n.page, ui.Policy{})
}
