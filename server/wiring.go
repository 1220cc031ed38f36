package server

import (
	"net/http"

	"k8s.io/apimachinery/pkg/runtime"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/consents"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/grants"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/jwksets"
	"github.com/grantor-dev/grantor/server/logins"
	"github.com/grantor-dev/grantor/server/marks"
	"github.com/grantor-dev/grantor/server/provider"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/sessions"
	"github.com/grantor-dev/grantor/server/ui"
)

// open builds the rooms.
func (s *Server) open() error {
	pages, err := ui.New(func() string { return pathOf(s.view.Issuer()) })
	if err != nil {
		return err
	}
	c, now := s.config, s.config.Now
	address := func(r *http.Request) string { return httpx.Address(r, s.trustedProxies()) }
	held := &grants.Store{Objects: kind[sessionv1alpha1.Grant](s, "grants"), Keys: s.keys, Issuer: s.view.Issuer}
	signedIn := &logins.Store{Objects: kind[sessionv1alpha1.Login](s, "logins"), Keys: s.keys, Issuer: s.view.Issuer}
	allowed := &consents.Store{Objects: kind[sessionv1alpha1.Consent](s, "consents"), Keys: s.keys, Issuer: s.view.Issuer}
	if err := s.authorities.Read(); err != nil {
		return err
	}
	p := provider.New(provider.Options{
		Issuer: s.view.Issuer, Clients: s.clients, People: s.users, Keys: s.keys, Now: now,
		Marks:  &marks.Store{Objects: kind[sessionv1alpha1.Mark](s, "marks"), Keys: s.keys},
		Grants: held, Logins: signedIn, Consents: allowed, Takes: s.view.TakesGrants,
		ServiceAccounts: serviceaccounts.New(s.copies.Reviews, now), KeySets: s.keySets(), Address: address, ClientCAs: s.authorities.Pool,
	})
	s.notices = backchannel.New(backchannel.Options{
		Issuer: s.view.Issuer, Clients: s.clients, Grants: held, Keys: s.keys, Networks: s.view.Outbound, Now: now,
		Log: c.Log, Count: s.metrics.CountNotice,
	})
	a := authorization.New(authorization.Options{
		Issuer: s.view.Issuer, Settings: s.settings, Clients: s.clients, People: s.users, Keys: s.keys, Now: now,
		Address: address,
		Logins:  signedIn, Consents: allowed, Grants: held, Notices: s.notices,
	})
	edge := &httpx.Edge{
		Address: address, Realm: c.Name, Available: s.available, Log: c.Log, Audit: audit.Log{Level: c.Log, Lines: c.Lines},
		Observer: s.metrics, Trace: s.trace, Page: browser.WriteError(pages),
	}
	cors := httpx.CORS{Allowed: s.clients.AllowsOrigin}
	s.router = newRouter(edge, cors, s.rooms(p, a, pages, s.view.KeysMaxAge), pages.Assets(), s.view.Issuer, s.view.Scopes, s.documentVersion.Load)
	return nil
}

// keySets returns what fetches the keys of clients. A failure is the client's own and
// told once for each fetch, not for each request.
func (s *Server) keySets() *jwksets.Store {
	return jwksets.New(s.config.Now, s.view.Outbound, nil, func(clientUID string, err error) {
		s.config.Log.Warn("the keys of a client cannot be fetched", "client_uid", clientUID, "error", err.Error())
	})
}

// kind returns the objects of a session kind.
func kind[T any, P interface {
	*T
	runtime.Object
}](s *Server, resource string) sessions.Kind[T, P] {
	return sessions.Kind[T, P]{Client: s.copies.Sessions, Namespace: s.config.Namespace, Resource: resource}
}

// settings returns what the OAuthServer says about users.
func (s *Server) settings() authorization.Settings {
	now := s.view.Settings()
	return authorization.Settings{SessionLifetime: now.SessionLifetime, PageLifetime: now.PageLifetime, Scopes: now.Scopes}
}
