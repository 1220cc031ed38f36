package authorization

import (
	"context"
	"net/http"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/ui"
)

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
}

var _ Clients = (*clients.Registry)(nil)

// Notices tells applications that somebody signed out.
type Notices interface {
	// Ended says that a Login of a person has ended. It returns at once.
	Ended(subject, login string)
}

// Settings are what the OAuthServer says about people.
type Settings struct {
	// SessionLifetime is how long a browser stays signed in, PageLifetime how long a
	// page can be gone on from.
	SessionLifetime, PageLifetime time.Duration
	// Scopes are the catalogue, with descriptions for people.
	Scopes []oauthv1alpha1.ScopeDefinition
}

// Options are what a Service needs.
type Options struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// Settings returns what the OAuthServer says about people.
	Settings func() Settings
	// Address returns the address of whoever sent a request.
	Address func(*http.Request) string
	// Clients finds clients, People people.
	Clients Clients
	People  *identity.Directory
	// Logins, Consents and Grants are what is stored.
	Logins   *logins.Store
	Consents *consents.Store
	Grants   *grants.Store
	// Notices tells applications that somebody signed out.
	Notices Notices
	// Keys are the server's keys.
	Keys *keys.Store
	// Now is the clock.
	Now func() time.Time
}

// Service answers browsers.
type Service struct {
	Options
	lists *httpx.Quota
}

// Lists cost the API server more than anything else that a person can ask for.
const (
	listsPerSecond = 1
	listBurst      = 20
)

// New returns a Service.
func New(options Options) *Service {
	return &Service{Options: options, lists: httpx.NewQuota(listsPerSecond, listBurst)}
}

// visit is a browser's request with who is behind it.
type visit struct {
	set *keys.Set
	jar jar
	// marks are the browser's; what it gets is bound to the first.
	marks []string
	// cookies are set with the answer.
	cookies []*http.Cookie
	// login and person are who is signed in; nil for nobody.
	login  *logins.Login
	person *identity.User
}

// visit reads who sent a request: one live read if the browser has a cookie of a
// Login.
func (s *Service) visit(r *http.Request) (*visit, error) {
	set, err := s.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	v := &visit{set: set, jar: newJar(s.Issuer())}
	v.marks = v.jar.marks(r)
	name, err := s.Logins.Named(v.jar.login(r))
	if err != nil || name == "" {
		return v, httpx.UnavailableIf(err)
	}
	login, err := s.Logins.Find(r.Context(), name, s.Now())
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	return v, s.know(v, login)
}

// know sets who is signed in, if that person still may be.
func (s *Service) know(v *visit, login *logins.Login) error {
	if login == nil {
		return nil
	}
	person, err := s.People.BySubject(login.Subject)
	if err != nil {
		return httpx.Unavailable(err)
	}
	if person != nil && person.Honours(login.UserUID, login.AuthTime) {
		v.login, v.person = login, person
	}
	return nil
}

// marked makes sure that the browser has a mark, to which forms can be bound.
func (v *visit) marked() string {
	if len(v.marks) == 0 {
		v.marks = []string{storage.NewName()}
		v.cookies = append(v.cookies, v.jar.setMark(v.marks[0]))
	}
	return v.marks[0]
}

// page answers with a page and the cookies of the visit.
func (v *visit) page(status int, page ui.Page, policy ui.Policy) Answer {
	return Answer{Page: page, Status: status, Policy: policy, Cookies: v.cookies}
}

// form returns the hidden field of a page's form.
func (s *Service) form(v *visit, at page, f flow) ([]ui.Field, error) {
	sealed, err := s.seal(v.set, at, v.marked(), f)
	if err != nil {
		return nil, err
	}
	return []ui.Field{{Name: fieldFlow, Value: sealed}}, nil
}

// fieldFlow is the name of the hidden field that carries a flow.
const fieldFlow = "flow"

// client returns the client of a request in flight, if it is still the same.
func (s *Service) client(r *Request) (*clients.Client, error) {
	client, err := s.Clients.Client(r.ClientID)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if client == nil || string(client.UID()) != r.ClientUID || !client.Redirects(r.RedirectURI) {
		return nil, httpx.BadRequest(httpx.CodeInvalidClient, "The application is not known here any more.")
	}
	return client, nil
}

// consent reads what the person of a visit has allowed a client, where that can
// spare a question.
func (s *Service) consent(ctx context.Context, v *visit, client *clients.Client) (*consents.Consent, error) {
	if v.person == nil || !remembers(client) {
		return nil, nil //nolint:nilnil // that nothing was allowed is an answer
	}
	consent, err := s.Consents.Find(ctx, v.person.Subject, string(client.UID()))
	return consent, httpx.UnavailableIf(err)
}
