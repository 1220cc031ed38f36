package flow

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/texts"
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
	wish := &wish{locales: r.Form.Get("ui_locales")}
	answer, err := handler(r.WithContext(withWish(r.Context(), wish)))
	for _, cookie := range answer.Cookies {
		http.SetCookie(w, cookie)
	}
	if err != nil {
		return wish.of(err)
	}
	if answer.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(answer.RetryAfter))
	}
	if answer.Reload > 0 {
		w.Header().Set("Refresh", strconv.Itoa(answer.Reload))
	}
	if answer.Page != nil {
		return e.Pages.Write(w, wish.language(r), answer.Status, answer.Page, answer.Policy)
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

// WriteError writes an error as a page. It says what happened and what to do, and
// leads nowhere: the address that a request names may be what is wrong with it.
func WriteError(pages *ui.Pages) func(w http.ResponseWriter, r *http.Request, requestID string, err error) {
	return func(w http.ResponseWriter, r *http.Request, requestID string, err error) {
		e, ok := errors.AsType[*httpx.Error](err)
		page := ui.Failure{
			Status: http.StatusInternalServerError, Title: "Something went wrong",
			Message: "The server had an internal error, which is logged.", Advice: "Go back to the application and try again later.", RequestID: requestID,
		}
		switch {
		case ok && e.Status >= http.StatusInternalServerError:
			page.Status, page.Title, page.Message, page.Advice = e.Status, "Not available right now", e.Text(), "Wait a moment, then load the page again."
		case ok && e.Code == httpx.CodeNotFound:
			page.Status, page.Title, page.Message = e.Status, "Page not found", "There is no page at this address."
			page.Advice = "Check the address. If you came here from an application, tell the people who run it."
		case ok:
			page.Status, page.Title, page.Message, page.Advice = e.Status, "Something went wrong", e.Text(), advice(e.Code)
		}
		if ok && e.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
		}
		if pages.Write(w, languageOf(r, err), page.Status, page, ui.Policy{}) != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
}

func advice(code string) texts.Text {
	switch code {
	case httpx.CodeInvalidClient, httpx.CodeUnauthorizedClient:
		return texts.T("Tell the people who run the application: its client ID is wrong, or its OAuthClient or metadata document is not ready. Error code: %s.", code)
	case httpx.CodeAccessDenied, httpx.CodeTemporarilyUnavailable:
		return ""
	}
	return texts.T("If you came here from an application, tell the people who run it. Error code: %s.", code)
}
