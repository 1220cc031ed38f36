package account

import (
	"context"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
)

// own is what the forms of the page bring back: whom it was made for.
type own struct {
	flow.Sealed
	Subject string `json:"p,omitempty"`
}

// change answers the forms of the page.
func (s *Service) change(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	var f own
	if err := v.Open(flow.PageAccount, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil || v.Person.Subject != f.Subject {
		return flow.Answer{}, flow.Forbidden("Another user is signed in now. Open the page again.")
	}
	if err := s.list(v.Person.Subject); err != nil {
		return flow.Answer{}, err
	}
	event := audit.Event{Subject: v.Person.Subject}
	switch r.Form.Get("action") {
	case "end":
		event.Decision = audit.Logout
		err = s.endLogin(r.Context(), v.Person.Subject, r.Form.Get("id"))
	case "withdraw":
		event.Decision = audit.Withdrawal
		err = s.withdraw(r.Context(), v.Person.Subject, r.Form.Get("id"))
	default:
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The action must be end or withdraw.")
	}
	if err != nil {
		event.Refused = httpx.CodeTemporarilyUnavailable
	}
	audit.Record(r.Context(), event)
	return v.Redirect(endpoints.Account), err
}

// endLogin ends a Login of the user's own.
func (s *Service) endLogin(ctx context.Context, subject, name string) error {
	own, err := s.Logins.Of(ctx, subject, s.Now())
	if err != nil {
		return httpx.Unavailable(err)
	}
	for _, login := range own {
		if login.Name != name {
			continue
		}
		if err := s.Logins.End(ctx, name); err != nil {
			return httpx.Unavailable(err)
		}
		s.Notices.Ended(subject, name)
		return nil
	}
	return nil
}
