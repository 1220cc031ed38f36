package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/internal/clock"
	"github.com/grantor-dev/grantor/internal/tracing"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/copies"
	"github.com/grantor-dev/grantor/server/health"
	"github.com/grantor-dev/grantor/server/identity/guesses"
	"github.com/grantor-dev/grantor/server/identity/local"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/metrics"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/settings"
	"github.com/grantor-dev/grantor/server/watch"
)

// Server is one replica of an authorization server.
type Server struct {
	config Config
	// clock is the API server's, for times that are stored or in tokens; config.Now measures
	// how long something takes.
	clock *clock.Clock
	// view is what the OAuthServer says.
	view   *settings.View
	copies *copies.Copies
	keys   *keys.Store
	users  *local.Directory
	// guesses counts failed attempts to sign in, whatever compares the password.
	guesses *guesses.Limits
	// providers are the OAuthIdentityProviders.
	providers *providers.Registry
	clients   *lookup.Registry
	// resources are those for which clients request tokens.
	resources *resources.Registry
	metrics   *metrics.Metrics
	trace     *tracing.Tracer
	health    *health.Health
	// certificate is what the server serves https with, authorities are those of clients'
	// certificates.
	certificate *certificates.Serving
	authorities *certificates.Authorities
	// presented finds the certificate that a client presents.
	presented *certificates.Source
	notices   *backchannel.Notifier
	router    *router
	// documentVersion counts the changes of what discovery is made from.
	documentVersion atomic.Uint64
	// loading makes one load follow another, refused is the error of the last one, so that
	// it is logged once.
	loading sync.Mutex
	refused string
}

// New builds a server. It reads nothing before Run.
func New(config Config) (*Server, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if err := config.Validate(); err != nil {
		return nil, err
	}
	// Two API servers would be two clocks.
	sameServer := config.Sessions == nil
	if sameServer {
		config.Sessions = config.Kube
	}
	config.Kube, config.Sessions = rest.CopyConfig(config.Kube), rest.CopyConfig(config.Sessions)
	shared := clock.New(config.Now, clock.Report(config.Log))
	config.Kube.Wrap(shared.Transport)
	if sameServer {
		config.Sessions.Wrap(shared.Transport)
	}
	trace, counted := &tracing.Tracer{}, metrics.New()
	if err := trace.Use(context.Background(), config.Traces); err != nil {
		return nil, err
	}
	config.Kube.Wrap(trace.Transport)
	config.Sessions.Wrap(func(next http.RoundTripper) http.RoundTripper { return counted.Storage(trace.Transport(next)) })
	copied, err := copies.New(copies.Options{
		Kube: config.Kube, Sessions: config.Sessions, Namespace: config.Namespace, Name: config.Name, Now: config.Now,
	})
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: config, copies: copied, clock: shared, keys: &keys.Store{Now: shared.Now}, metrics: counted, trace: trace,
		view: &settings.View{Key: config.Namespace + "/" + config.Name, OAuthServers: copied.Servers, Policies: copied.Policies},
		certificate: &certificates.Serving{
			CertFile: config.TLSCertFile, KeyFile: config.TLSKeyFile,
		},
		authorities: &certificates.Authorities{File: config.ClientCAFile, Log: config.Log},
	}
	s.resources = &resources.Registry{
		Namespace: config.Namespace, Name: config.Name,
		OAuthResources: copied.Resources, OAuthServers: copied.Servers, Policies: copied.Policies, Namespaces: copied.Namespaces,
	}
	s.providers = &providers.Registry{
		Namespace: config.Namespace, Name: config.Name,
		OAuthIdentityProviders: copied.Providers, OAuthServers: copied.Servers, Secrets: copied.ProviderSecrets,
	}
	s.clients = &lookup.Registry{
		Namespace: config.Namespace, Name: config.Name,
		OAuthClients: copied.Clients, OAuthServers: copied.Servers, Policies: copied.Policies, Namespaces: copied.Namespaces,
		Keys: s.keys, Resources: s.resources,
	}
	s.health = &health.Health{
		Available: s.available, Metrics: counted.Handler(), Clients: s.clients, Keys: s.keys, ClientMethods: s.clientMethods(),
		Lines: config.Lines, Log: config.Log,
	}
	counted.Register(metrics.State{
		Available: s.available, Copies: copied.All(), Keys: s.keys, Certificate: s.certificate, Clock: shared,
	}, metrics.Log{Lines: config.Lines})
	s.guesses = guesses.NewLimits(config.Now)
	if s.users, err = s.localUsers(); err != nil {
		return nil, err
	}
	if err := s.watch(); err != nil {
		return nil, err
	}
	return s, s.open()
}

// localUsers returns the OAuthUsers.
func (s *Server) localUsers() (*local.Directory, error) {
	return local.New(local.Options{
		OAuthUsers: s.copies.Users, Passwords: s.copies.Passwords, Now: s.config.Now, Limits: s.guesses,
		Denied:   func() bool { return !s.view.Settings().LocalLogin },
		Provider: func(name string) bool { return s.providers.Provider(name) != nil },
	})
}

// watch makes the server hear of changes.
func (s *Server) watch() error {
	if err := errors.Join(s.clients.Start(), s.resources.Start(), s.providers.Start()); err != nil {
		return fmt.Errorf("watch clients, resources and providers: %w", err)
	}
	if err := errors.Join(s.copies.Keys.OnChange(s.keysChanged), s.copies.Servers.OnChange(s.serverChanged)); err != nil {
		return fmt.Errorf("watch keys: %w", err)
	}
	var errs []error
	for _, copied := range []*watch.Copy{s.copies.Servers, s.copies.Policies, s.copies.Keys} {
		errs = append(errs, copied.OnChange(s.documentChanged))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("watch what discovery says: %w", err)
	}
	return nil
}

// documentChanged hears of each change of what discovery is made from.
func (s *Server) documentChanged(_, _ any) { s.documentVersion.Add(1) }

// available returns an error while the server cannot answer truthfully.
func (s *Server) available() error {
	if err := s.copies.Fresh(); err != nil {
		return err
	}
	if _, err := s.keys.Current(); err != nil {
		return err
	}
	if s.view.Object() == nil {
		return fmt.Errorf("OAuthServer %s/%s does not exist", s.config.Namespace, s.config.Name)
	}
	return mtls{host: s.config.MTLSHost}.check(s.view.Issuer())
}
