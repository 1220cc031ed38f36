package account

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/ui"
)

// show answers a request for the page. It is the only page that lists objects.
func (s *Service) show(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil {
		return s.SignIn(r.Context(), v, endpoints.Account)
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
		SignOutURI: endpoints.EndSession, StartURI: endpoints.Applications,
	}
	if s.Settings().SecondFactor != oauthv1alpha1.SecondFactorOff {
		page.SecurityURI = endpoints.Security
	}
	if s.Passwords.MayChange(v.Person) {
		page.PasswordURI = endpoints.Password
	}
	logins, err := s.Logins.Of(r.Context(), subject, s.Now())
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	for _, login := range logins {
		page.Logins = append(page.Logins, ui.Session{
			ID: login.Name, Started: login.StartedAt, Expires: login.ExpiresAt, Current: login.Name == v.Login.Name,
			Browser: login.Agent.Browser, System: login.Agent.System,
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
	held, err := s.Grants.Of(ctx, subject)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	var all []application
	add := func(a application) {
		if n := slices.IndexFunc(all, func(known application) bool { return known.uid == a.uid }); n >= 0 {
			all[n].access = all[n].access.With(a.access)
			return
		}
		all = append(all, a)
	}
	for _, consent := range given {
		add(application{consent.ClientUID, consent.ClientID, consent.Access, consent.GrantedAt})
	}
	for _, grant := range held {
		client := s.client(grant.ClientUID, grant.ClientID)
		if !s.usable(grant, client) {
			continue
		}
		access := consents.Access{Scopes: grant.Scopes, Audiences: grant.Audiences, Offline: grant.Login == "" && refreshes(client) && hasRefreshToken(grant, client)}
		add(application{grant.ClientUID, grant.ClientID, access, grant.IssuedAt})
	}
	out := make([]ui.Allowed, len(all))
	for n, a := range all {
		out[n] = s.shown(a)
	}
	return out, nil
}

// application is a client with access.
type application struct {
	uid, id string
	access  consents.Access
	since   time.Time
}

// client returns the client with a UID; nil if it is gone.
func (s *Service) client(uid, id string) *clients.Client {
	if client, err := s.Clients.Client(id); err == nil && client != nil && client.Is(uid) {
		return client
	}
	return nil
}

// usable reports whether the client of a Grant, which may be gone, can refresh, or has an
// access token that has not expired.
func (s *Service) usable(grant *grants.Grant, client *clients.Client) bool {
	now := s.Now()
	return now.Before(grant.ExpiresAt) || client != nil && now.Before(grant.RefreshedAt.Add(client.Tokens().AccessLifetime))
}

// refreshes reports whether a client, which may be gone, gets refresh tokens.
func refreshes(client *clients.Client) bool {
	return client != nil && client.May(string(oauthv1alpha1.GrantRefreshToken))
}

// hasRefreshToken reports whether a Grant is one with a refresh token. Whether a client without
// an OAuthClient uses them, its document said; a Grant without one ends with its access token.
func hasRefreshToken(grant *grants.Grant, client *clients.Client) bool {
	return !client.Virtual() || grant.ExpiresAt.After(grant.RefreshedAt.Add(client.Tokens().AccessLifetime))
}

// shown is how the page shows a client, which may be gone.
func (s *Service) shown(a application) ui.Allowed {
	out := ui.Allowed{ID: a.uid, Access: s.Access(a.access), Since: a.since, Registered: clientid.UID(a.uid).Registered()}
	client := s.client(a.uid, a.id)
	switch {
	case client != nil:
		out.Application = flow.Application(client)
	case out.Registered:
		out.Application = ui.Application{Name: a.uid, ID: a.uid}
	default:
		out.Application = ui.Application{Name: a.id, ID: a.id}
	}
	if client != nil && out.Registered {
		out.RedirectHosts = hosts(client.GetRedirectURIs())
	}
	return out
}

// hosts returns where redirect URIs lead, each host once.
func hosts(uris []string) []string {
	var out []string
	for _, uri := range uris {
		if to, err := url.Parse(uri); err == nil && !slices.Contains(out, to.Hostname()) {
			out = append(out, to.Hostname())
		}
	}
	return out
}

// list returns a 429 when a user has made this replica list too often.
func (s *Service) list(subject string) error {
	if s.lists.Take(s.Now(), limits.Share{Kind: "user", Key: subject, Budget: perUser}) == 0 {
		return nil
	}
	return httpx.Spent(http.StatusTooManyRequests, 5*time.Second, "You loaded this page too often. Wait some seconds, then try again.")
}
