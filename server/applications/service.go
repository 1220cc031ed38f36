package applications

import (
	"context"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// Clients are those that ask to be listed.
type Clients interface {
	// Shown returns them by their names.
	Shown() ([]*clients.Client, error)
}

var _ Clients = (*lookup.Registry)(nil)

// Service answers browsers on the start page.
type Service struct {
	Visits  *flow.Visits
	Clients Clients
	// SignIn asks the user of a visit to sign in, which leads to a path.
	SignIn func(ctx context.Context, v *flow.Visit, next string) (flow.Answer, error)
}

// Endpoint returns the start page.
func (s *Service) Endpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.show}
}

// Home returns the path of the page for users who come without an application: the start page
// where it has something to show, or the account.
func (s *Service) Home() string {
	if all, err := s.Clients.Shown(); err == nil && len(all) > 0 {
		return endpoints.Applications
	}
	return endpoints.Account
}

func (s *Service) show(r *http.Request) (flow.Answer, error) {
	asked, err := parse(r.Form)
	if err != nil {
		return flow.Answer{}, err
	}
	v, err := s.Visits.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil {
		return s.SignIn(r.Context(), v, asked.path())
	}
	all, err := s.Clients.Shown()
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	page := list(all, v.Person, asked)
	page.Person, page.Username = v.Person.DisplayName, v.Person.Username
	page.Action, page.AccountURI = endpoints.Applications, endpoints.Account
	return v.Page(http.StatusOK, page, ui.Policy{}), nil
}
