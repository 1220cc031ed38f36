package ownpassword

import (
	"context"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/ui"
)

// change answers the form of the page.
func (s *Service) change(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	var f asked
	if err := v.Open(flow.PagePassword, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login != nil && v.Person.Subject != f.Subject {
		return flow.Answer{}, flow.Forbidden("Another user is signed in now. Open the page again.")
	}
	ctx := r.Context()
	if ok, answer, err := s.maySet(ctx, v); !ok {
		return answer, err
	}
	if problem := unfit(r.Form, v.Person.Username); problem != "" {
		return s.page(v, http.StatusBadRequest, problem)
	}
	if wait := s.attempts.Take(s.Now(), share(v.Login)); wait > 0 {
		return s.refuse(v, &identity.TooManyError{RetryAfter: wait})
	}
	credential, err := s.set(ctx, v, &identity.Attempt{
		Username: v.Person.Username, Password: r.Form.Get("current"), Address: s.Address(r), Known: v.Known(),
	}, r.Form.Get("new"))
	event := audit.Event{Decision: audit.Enrollment, Subject: v.Person.Subject}
	if err != nil {
		event.Refused = reason(err)
	}
	audit.Record(ctx, event)
	if err != nil {
		return s.refuse(v, err)
	}
	return s.done(ctx, v, credential)
}

// set stores another password for a user who gives the present one. The other browsers
// are signed out first: if that cannot be done, nothing is stored.
func (s *Service) set(ctx context.Context, v *flow.Visit, given *identity.Attempt, password string) (credential string, err error) {
	next, err := s.Passwords.NewPassword(ctx, v.Person, given, password, s.Now())
	if err != nil {
		return "", err
	}
	if err := v.EndAllOthers(ctx, v.Person.Subject); err != nil {
		return "", err
	}
	return next.Credential, s.Factors.SetPassword(ctx, next)
}

// done says that it is done. The other browsers are signed out once more: one may have
// signed in with the former password meanwhile. A copy of this browser's cookie is one of them.
func (s *Service) done(ctx context.Context, v *flow.Visit, credential string) (flow.Answer, error) {
	page := ui.PasswordSet{
		Person: v.Person.DisplayName, Username: v.Person.Username, AccountURI: endpoints.Account,
		Others: "You are signed out of all other browsers.",
	}
	ended := v.EndAllOthers(ctx, v.Person.Subject)
	stays, renewed := v.Renew(ctx)
	switch {
	case ended != nil || renewed != nil:
		page.Others = "Somebody may still be signed in with the former password. Look at where you are signed in, and sign out what you do not know."
	case !stays:
		page.Others = "You are signed out of all browsers, also of this one. Sign in with the new password."
	}
	if err := v.PasswordSet(credential); err != nil {
		return flow.Answer{}, err
	}
	return v.Page(http.StatusOK, page, ui.Policy{}), nil
}
