package account

import (
	"context"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// show answers a request for the page. It is the only page that lists objects.
func (s *Service) show(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil {
		return s.SignIn(v)
	}
	subject := v.Person.Subject
	if err := s.list(subject); err != nil {
		return flow.Answer{}, err
	}
	hidden, err := v.Fields(flow.PageAccount, &own{Subject: subject})
	if err != nil {
		return flow.Answer{}, err
	}
	page := ui.Account{
		Person: v.Person.DisplayName, Username: v.Person.Username, Action: endpoints.Account, Hidden: hidden,
		SignOutURI: endpoints.EndSession,
	}
	logins, err := s.Logins.Of(r.Context(), subject, s.Now())
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	for _, login := range logins {
		page.Logins = append(page.Logins, ui.Session{
			ID: login.Name, Started: login.StartedAt, Expires: login.ExpiresAt, Current: login.Name == v.Login.Name,
		})
	}
	page.Applications, err = s.allowed(r.Context(), subject)
	return v.Page(http.StatusOK, page, ui.Policy{}), err
}

// allowed returns the applications that hold something of a user: a consent that is
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
		out = append(out, ui.Allowed{ID: uid, Application: s.shown(uid, id), Scopes: s.Scopes(scopes), Since: since})
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
		return flow.Application(client)
	}
	return ui.Application{Name: id, ID: id}
}

// list returns a 429 when a user has made this replica list too often.
func (s *Service) list(subject string) error {
	if s.lists.Take(subject, s.Now()) {
		return nil
	}
	return httpx.Spent(http.StatusTooManyRequests, 5, "You loaded this page too often. Wait some seconds, then try again.")
}
