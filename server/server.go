package server

import (
	"fmt"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/consents"
	"github.com/grantor-dev/grantor/server/endpoint/browser"
	"github.com/grantor-dev/grantor/server/grants"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/logins"
	"github.com/grantor-dev/grantor/server/marks"
	"github.com/grantor-dev/grantor/server/provider"
	"github.com/grantor-dev/grantor/server/sessions"
	"github.com/grantor-dev/grantor/server/ui"
)

// Server is one replica of an authorization server.
type Server struct {
	config Config
	// key is that of the OAuthServer in the local copy.
	key     string
	copies  *copies
	keys    *keys.Store
	users   *identity.Directory
	metrics *metrics
	router  http.Handler
}

// New builds a server. It reads nothing before Run.
func New(config Config) (*Server, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if config.Sessions == nil {
		config.Sessions = config.Kube
	}
	copies, err := newCopies(config)
	if err != nil {
		return nil, err
	}
	s := &Server{config: config, key: config.Namespace + "/" + config.Name, copies: copies, keys: &keys.Store{}, metrics: newMetrics()}
	registry := &clients.Registry{
		Namespace: config.Namespace, Name: config.Name,
		OAuthClients: copies.clients, OAuthServers: copies.servers, Namespaces: copies.namespaces,
		Keys: s.keys,
	}
	if err := registry.Start(); err != nil {
		return nil, fmt.Errorf("watch clients: %w", err)
	}
	if err := copies.keys.OnChange(s.loadKeys); err != nil {
		return nil, fmt.Errorf("watch keys: %w", err)
	}
	if s.users, err = identity.New(identity.Options{OAuthUsers: copies.users, Passwords: copies.passwords, Now: config.Now}); err != nil {
		return nil, err
	}
	return s, s.open(registry)
}

// open builds the rooms.
func (s *Server) open(registry *clients.Registry) error {
	pages, err := ui.New(func() string { return pathOf(s.issuer()) })
	if err != nil {
		return err
	}
	c, now := s.config, s.config.Now
	held := &grants.Store{Objects: kind[sessionv1alpha1.Grant](s, "grants"), Keys: s.keys, Issuer: s.issuer}
	signedIn := &logins.Store{Objects: kind[sessionv1alpha1.Login](s, "logins"), Keys: s.keys, Issuer: s.issuer}
	allowed := &consents.Store{Objects: kind[sessionv1alpha1.Consent](s, "consents"), Keys: s.keys, Issuer: s.issuer}
	p := provider.New(provider.Options{
		Issuer: s.issuer, Clients: registry, People: s.users, Keys: s.keys, Now: now,
		Marks:  &marks.Store{Client: s.copies.sessions, Namespace: c.Namespace, Keys: s.keys},
		Grants: held, Logins: signedIn, Consents: allowed, Takes: s.takes,
	})
	a := authorization.New(authorization.Options{
		Issuer: s.issuer, Settings: s.settings, Clients: registry, People: s.users, Keys: s.keys, Now: now,
		Address: func(r *http.Request) string { return httpx.Address(r, c.TrustedProxies) },
		Logins:  signedIn, Consents: allowed, Grants: held,
	})
	edge := &httpx.Edge{Realm: c.Name, Available: s.available, Log: c.Log, Observer: s.metrics, Page: browser.WriteError(pages)}
	cors := httpx.CORS{Allowed: registry.AllowsOrigin}
	s.router = newRouter(edge, cors, s.rooms(p, a, pages), pages.Assets(), s.issuer, s.scopes)
	return nil
}

// kind returns the objects of a session kind.
func kind[T any, P interface {
	*T
	runtime.Object
}](s *Server, resource string) sessions.Kind[T, P] {
	return sessions.Kind[T, P]{Client: s.copies.sessions, Namespace: s.config.Namespace, Resource: resource}
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

// oauthServer returns the object that this server serves, or nil.
func (s *Server) oauthServer() *oauthv1alpha1.OAuthServer {
	object, ok, _ := s.copies.servers.Objects().GetByKey(s.key)
	if !ok {
		return nil
	}
	server, _ := object.(*oauthv1alpha1.OAuthServer)
	return server
}

// takes reports whether there is room for one more Grant of a client.
func (s *Server) takes(clientUID string) bool {
	server := s.oauthServer()
	return server != nil && server.TakesGrants(clientUID)
}

func (s *Server) issuer() string {
	if server := s.oauthServer(); server != nil {
		return server.Spec.Issuer
	}
	return ""
}

// scopes returns the scopes that a client can have.
func (s *Server) scopes() []string {
	names := []string{}
	if server := s.oauthServer(); server != nil {
		for _, scope := range server.Spec.Scopes {
			if !scope.Restricted {
				names = append(names, string(scope.Name))
			}
		}
	}
	return names
}

// available returns an error while the server cannot answer truthfully.
func (s *Server) available() error {
	if err := s.copies.fresh(); err != nil {
		return err
	}
	if _, err := s.keys.Current(); err != nil {
		return err
	}
	if s.oauthServer() == nil {
		return fmt.Errorf("OAuthServer %s/%s does not exist", s.config.Namespace, s.config.Name)
	}
	return nil
}

// loadKeys keeps the last good keys: a key Secret that is gone or broken is a
// person's mistake, and the operator says so.
func (s *Server) loadKeys(_, present any) {
	secret, ok := present.(*corev1.Secret)
	if !ok {
		s.config.Log.Error("the key Secret is gone; the server keeps the keys it has")
		return
	}
	var required []string
	if server := s.oauthServer(); server != nil {
		for _, key := range server.Status.Keys {
			required = append(required, string(key.Use)+"."+key.ID)
		}
	}
	if err := s.keys.Load(secret.Data, required...); err != nil {
		s.config.Log.Error("the key Secret cannot be used; the server keeps the keys it has", "error", err.Error())
	}
}
