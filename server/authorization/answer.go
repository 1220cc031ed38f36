package authorization

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// Answer is what a browser gets: a page, or a place to go to.
type Answer struct {
	// Location is where to go to, with 303; empty for a page.
	Location string
	// Page and Status are the page, and Policy what it may do.
	Page   ui.Page
	Status int
	Policy ui.Policy
	// RetryAfter is the number of seconds after which to try again; 0 for none.
	RetryAfter int
	// Cookies are set.
	Cookies []*http.Cookie
}

// respond answers the application: with parameters of the response in the query or in
// a form (RFC 6749 section 4.1.2). iss tells which server answers (RFC 9207).
func (s *Service) respond(r *Request, name, value string, more ...ui.Field) Answer {
	fields := append([]ui.Field{{Name: name, Value: value}}, more...)
	if len(r.State) > 0 {
		fields = append(fields, ui.Field{Name: "state", Value: string(r.State)})
	}
	fields = append(fields, ui.Field{Name: "iss", Value: s.Issuer()})
	if r.Mode == modeFormPost {
		return Answer{
			Page: ui.FormPost{To: r.RedirectURI, Fields: fields}, Status: http.StatusOK,
			Policy: policy(r),
		}
	}
	return Answer{Location: withQuery(r.RedirectURI, fields)}
}

// refuse answers the application with an error that is meant for it and sets the
// cookies of the visit. It returns any other error.
func (s *Service) refuse(ctx context.Context, v *visit, client *clients.Client, r *Request, err error) (Answer, error) {
	refusal, ok := errors.AsType[*httpx.Error](err)
	if !ok || refusal.Status >= http.StatusInternalServerError {
		return Answer{}, err
	}
	event := audit.Event{Decision: audit.Code, Refused: refusal.Code, Client: client}
	if v.person != nil {
		event.Subject = v.person.Subject
	}
	audit.Record(ctx, event)
	answer := s.respondError(r, refusal)
	answer.Cookies = v.cookies
	return answer, nil
}

func (s *Service) respondError(r *Request, refusal *httpx.Error) Answer {
	return s.respond(r, "error", refusal.Code, ui.Field{Name: "error_description", Value: refusal.Description})
}

// withQuery adds parameters to those that a URI has already. A space becomes %20,
// which every way of reading a query understands.
func withQuery(uri string, fields []ui.Field) string {
	var b strings.Builder
	b.WriteString(uri)
	separator := byte('?')
	if strings.Contains(uri, "?") {
		separator = '&'
	}
	if strings.HasSuffix(uri, "?") || strings.HasSuffix(uri, "&") {
		separator = 0
	}
	for _, field := range fields {
		if separator != 0 {
			b.WriteByte(separator)
		}
		b.WriteString(field.Name + "=" + strings.ReplaceAll(url.QueryEscape(field.Value), "+", "%20"))
		separator = '&'
	}
	return b.String()
}
