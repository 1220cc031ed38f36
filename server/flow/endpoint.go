package flow

import (
	"net/http"
	"strconv"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// Handler answers a request whose parameters are in r.Form.
type Handler func(r *http.Request) (Answer, error)

// Endpoint serves one path to browsers. A method without a handler is refused.
type Endpoint struct {
	Pages *ui.Pages
	// Get and Post answer the methods of the same names; HEAD is GET.
	Get, Post Handler
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	handler, err := e.parse(w, r)
	if err != nil {
		return err
	}
	answer, err := handler(r)
	for _, cookie := range answer.Cookies {
		http.SetCookie(w, cookie)
	}
	if err != nil {
		return err
	}
	if answer.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(answer.RetryAfter))
	}
	if answer.Page != nil {
		return e.Pages.Write(w, answer.Status, answer.Page, answer.Policy)
	}
	header := w.Header()
	header.Set("Location", answer.Location)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

func (e *Endpoint) parse(w http.ResponseWriter, r *http.Request) (Handler, error) {
	switch {
	case e.Get != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return e.Get, httpx.ParseQuery(r)
	case e.Post != nil && r.Method == http.MethodPost:
		return e.Post, httpx.ParseForm(w, r)
	}
	allowed := "GET, HEAD, POST"
	if e.Post == nil {
		allowed = "GET, HEAD"
	}
	w.Header().Set("Allow", allowed)
	return nil, &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use another method.", Status: http.StatusMethodNotAllowed}
}
