package server

import (
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/jwksets"
	"github.com/grantor-dev/grantor/server/provider"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/marks"
	"github.com/grantor-dev/grantor/server/ui"
)

// open builds the rooms.
func (s *Server) open() error {
	pages, err := ui.New(func() string { return pathOf(s.issuer()) })
	if err != nil {
		return err
	}
	c, now := s.config, s.config.Now
	address := func(r *http.Request) string { return httpx.Address(r, s.trustedProxies()) }
	backend := storage.Backend{Client: s.copies.sessions, Namespace: c.Namespace, Keys: s.keys, Issuer: s.issuer}
	held, signedIn, allowed := grants.New(backend), logins.New(backend), consents.New(backend)
	if err := s.readClientCAs(); err != nil {
		return err
	}
	p := provider.New(provider.Options{
		Issuer: s.issuer, Clients: s.clients, People: s.users, Keys: s.keys, Now: now,
		Marks:  marks.New(backend),
		Grants: held, Logins: signedIn, Consents: allowed, Takes: s.takes,
		ServiceAccounts: serviceaccounts.New(s.copies.reviews, now), KeySets: s.keySets(), Address: address, ClientCAs: s.clientCAs,
	})
	s.notices = backchannel.New(backchannel.Options{
		Issuer: s.issuer, Clients: s.clients, Grants: held, Keys: s.keys, Networks: s.callable, Now: now,
		Log: c.Log, Count: s.metrics.countNotice,
	})
	visits := &flow.Visits{
		Issuer: s.issuer, Settings: s.settings, Clients: s.clients, Users: s.users, Logins: signedIn, Keys: s.keys, Now: now,
	}
	a := authorization.New(authorization.Options{Visits: visits, Address: address, Consents: allowed})
	own := account.New(account.Options{
		Visits: visits, Consents: allowed, Grants: held, Notices: s.notices, SignIn: a.SignInPage,
	})
	edge := &httpx.Edge{
		Address: address, Realm: c.Name, Available: s.available, Log: c.Log, Audit: audit.Log{Level: c.Log, Lines: c.Lines},
		Observer: s.metrics, Trace: s.trace, Page: flow.WriteError(pages),
	}
	cors := httpx.CORS{Allowed: s.clients.AllowsOrigin}
	s.router = newRouter(edge, cors, s.rooms(p, a, own, pages, s.keysMaxAge), pages.Assets(), s.issuer, s.scopes, s.documentVersion.Load)
	return nil
}

// keySets returns what fetches the keys of clients. A failure is the client's own and
// told once for each fetch, not for each request.
func (s *Server) keySets() *jwksets.Store {
	return jwksets.New(s.config.Now, s.callable, nil, func(clientUID string, err error) {
		s.config.Log.Warn("the keys of a client cannot be fetched", "client_uid", clientUID, "error", err.Error())
	})
}

// settings returns what the OAuthServer says about pages.
func (s *Server) settings() flow.Settings {
	out := flow.Settings{SessionLifetime: 12 * time.Hour, PageLifetime: 30 * time.Minute}
	server := s.oauthServer()
	if server == nil {
		return out
	}
	if lifetime := server.Spec.Login.SessionLifetime; lifetime != nil {
		out.SessionLifetime = lifetime.Duration
	}
	if lifetime := server.Spec.Login.PageLifetime; lifetime != nil {
		out.PageLifetime = lifetime.Duration
	}
	out.Scopes = server.Spec.Scopes
	return out
}
