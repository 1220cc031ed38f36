package server

import (
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
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
	held := &grants.Store{Objects: kind[sessionv1alpha1.Grant](s, "grants"), Keys: s.keys, Issuer: s.issuer}
	signedIn := &logins.Store{Objects: kind[sessionv1alpha1.Login](s, "logins"), Keys: s.keys, Issuer: s.issuer}
	allowed := &consents.Store{Objects: kind[sessionv1alpha1.Consent](s, "consents"), Keys: s.keys, Issuer: s.issuer}
	if err := s.readClientCAs(); err != nil {
		return err
	}
	p := provider.New(provider.Options{
		Issuer: s.issuer, Clients: s.clients, People: s.users, Keys: s.keys, Now: now,
		Marks:  &marks.Store{Objects: kind[sessionv1alpha1.Mark](s, "marks"), Keys: s.keys},
		Grants: held, Logins: signedIn, Consents: allowed, Takes: s.takes,
		ServiceAccounts: serviceaccounts.New(s.copies.reviews, now), KeySets: s.keySets(), Address: address, ClientCAs: s.clientCAs,
	})
	s.notices = backchannel.New(backchannel.Options{
		Issuer: s.issuer, Clients: s.clients, Grants: held, Keys: s.keys, Networks: s.callable, Now: now,
		Log: c.Log, Count: s.metrics.countNotice,
	})
	a := authorization.New(authorization.Options{
		Issuer: s.issuer, Settings: s.settings, Clients: s.clients, People: s.users, Keys: s.keys, Now: now,
		Address: address,
		Logins:  signedIn, Consents: allowed, Grants: held, Notices: s.notices,
	})
	edge := &httpx.Edge{
		Address: address, Realm: c.Name, Available: s.available, Log: c.Log, Audit: audit.Log{Level: c.Log, Lines: c.Lines},
		Observer: s.metrics, Trace: s.trace, Page: browser.WriteError(pages),
	}
	cors := httpx.CORS{Allowed: s.clients.AllowsOrigin}
	s.router = newRouter(edge, cors, s.rooms(p, a, pages, s.keysMaxAge), pages.Assets(), s.issuer, s.scopes, s.documentVersion.Load)
	return nil
}

// keySets returns what fetches the keys of clients. A failure is the client's own and
// told once for each fetch, not for each request.
func (s *Server) keySets() *jwksets.Store {
	return jwksets.New(s.config.Now, s.callable, nil, func(clientUID string, err error) {
		s.config.Log.Warn("the keys of a client cannot be fetched", "client_uid", clientUID, "error", err.Error())
	})
}

// kind returns the objects of a session kind.
func kind[T any, P interface {
	*T
	runtime.Object
}](s *Server, resource string) storage.Kind[T, P] {
	return storage.Kind[T, P]{Client: s.copies.sessions, Namespace: s.config.Namespace, Resource: resource}
}

// settings returns what the OAuthServer says about people.
func (s *Server) settings() authorization.Settings {
	out := authorization.Settings{SessionLifetime: 12 * time.Hour, PageLifetime: 30 * time.Minute}
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
