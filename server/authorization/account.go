package authorization

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// Account shows a person the browsers where it is signed in and the applications
// that it has allowed. It is the only page that lists objects.
func (s *Service) Account(r *http.Request) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	if v.login == nil {
		return s.signInPage(v, nil, &flow{}, http.StatusOK, "", "")
	}
	return s.accountPage(r.Context(), v, "")
}

func (s *Service) accountPage(ctx context.Context, v *visit, notice string) (Answer, error) {
	if err := s.list(v.person.Subject); err != nil {
		return Answer{}, err
	}
	hidden, err := s.form(v, pageAccount, flow{Subject: v.person.Subject})
	if err != nil {
		return Answer{}, err
	}
	page := ui.Account{
		Person: v.person.DisplayName(), Username: v.person.Username, Action: endpoints.Account, Hidden: hidden,
		SignOutURI: endpoints.EndSession, Notice: notice,
	}
	logins, err := s.Logins.Of(ctx, v.person.Subject, s.Now())
	if err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	for _, login := range logins {
		page.Logins = append(page.Logins, ui.Session{
			ID: login.Name, Started: login.StartedAt, Expires: login.ExpiresAt, Current: login.Name == v.login.Name,
		})
	}
	page.Applications, err = s.allowed(ctx, v.person.Subject)
	return v.page(http.StatusOK, page, ui.Policy{}), err
}

// allowed returns the applications that hold something of a person: a consent that is
// remembered, or a Grant.
func (s *Service) allowed(ctx context.Context, subject string) ([]ui.Allowed, error) {
	given, err := s.Consents.Of(ctx, subject, s.Now())
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	held, err := s.Grants.Of(ctx, subject, s.Now())
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	var out []ui.Allowed
	add := func(uid, id string, scopes []string, since time.Time) {
		for _, known := range out {
			if known.ID == uid {
				return
			}
		}
		out = append(out, ui.Allowed{ID: uid, Application: s.shown(uid, id), Scopes: s.described(scopes), Since: since})
	}
	for _, consent := range given {
		add(consent.ClientUID, consent.ClientID, consent.Scopes, consent.GrantedAt)
	}
	for _, grant := range held {
		add(grant.ClientUID, grant.ClientID, grant.Scopes, grant.IssuedAt)
	}
	return out, nil
}

// shown is how the page shows a client, which may be gone.
func (s *Service) shown(uid, id string) ui.Application {
	if client, err := s.Clients.Client(id); err == nil && client != nil && string(client.UID()) == uid {
		return application(client)
	}
	return ui.Application{Name: id, ID: id}
}

// ChangeAccount answers the forms of the account page.
func (s *Service) ChangeAccount(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	f, err := s.open(v.set, pageAccount, v.marks, form.Get(fieldFlow))
	if err != nil {
		return Answer{}, err
	}
	if v.login == nil || v.person.Subject != f.Subject {
		return Answer{}, forbidden("Somebody else is signed in by now. Open the page again.")
	}
	if err := s.list(v.person.Subject); err != nil {
		return Answer{}, err
	}
	event := audit.Event{Subject: v.person.Subject}
	switch form.Get("action") {
	case "end":
		event.Decision = audit.Logout
		err = s.endLogin(r.Context(), v.person.Subject, form.Get("id"))
	case "withdraw":
		event.Decision = audit.Withdrawal
		err = s.withdraw(r.Context(), v.person.Subject, form.Get("id"))
	default:
		return Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The action must be end or withdraw.")
	}
	if err != nil {
		event.Refused = httpx.CodeTemporarilyUnavailable
	}
	audit.Record(r.Context(), event)
	return Answer{Location: s.Issuer() + endpoints.Account, Cookies: v.cookies}, err
}

// list returns a 429 when a person has made this replica list too often.
func (s *Service) list(subject string) error {
	if s.lists.Take(subject, s.Now()) {
		return nil
	}
	return httpx.Spent(http.StatusTooManyRequests, 5, "You loaded this page too often. Wait some seconds, then try again.")
}

// endLogin ends a Login of the person's own.
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

// again is how long after a withdrawal the server looks for Grants once more: one
// that was being created when it looked first is seen then.
const again = time.Second

// withdraw ends all that a person has allowed a client: first the consent, so that no
// code that was issued before gives anything, then the Grants.
func (s *Service) withdraw(ctx context.Context, subject, clientUID string) error {
	if err := s.Consents.Withdraw(ctx, subject, clientUID, s.Now()); err != nil {
		return httpx.Unavailable(err)
	}
	if err := s.endGrants(ctx, subject, clientUID); err != nil {
		return err
	}
	pause := time.NewTimer(again)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
	return s.endGrants(context.WithoutCancel(ctx), subject, clientUID)
}

func (s *Service) endGrants(ctx context.Context, subject, clientUID string) error {
	held, err := s.Grants.Of(ctx, subject, s.Now())
	if err != nil {
		return httpx.Unavailable(err)
	}
	for _, grant := range held {
		if grant.ClientUID != clientUID {
			continue
		}
		if err := s.Grants.Revoke(ctx, grant.Name); err != nil {
			return httpx.Unavailable(err)
		}
	}
	return nil
}
