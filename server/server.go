package server

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"

	"github.com/grantor-dev/grantor/internal/tracing"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/settings"
)

// Server is one replica of an authorization server.
type Server struct {
	config Config
	// view is what the OAuthServer says.
	view    *settings.View
	copies  *copies
	keys    *keys.Store
	users   *identity.Directory
	clients *clients.Registry
	metrics *metrics
	trace   *tracing.Tracer
	// certificate is set while the server serves https.
	certificate atomic.Pointer[certwatcher.CertWatcher]
	// authorities are those of clients' certificates.
	authorities atomic.Pointer[x509.CertPool]
	notices     *backchannel.Notifier
	router      http.Handler
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
	if config.Sessions == nil {
		config.Sessions = config.Kube
	}
	counted := newMetrics()
	config.Kube, config.Sessions = rest.CopyConfig(config.Kube), rest.CopyConfig(config.Sessions)
	trace := &tracing.Tracer{}
	if err := trace.Use(context.Background(), config.Traces); err != nil {
		return nil, err
	}
	config.Kube.Wrap(trace.Transport)
	config.Sessions.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &storageMetrics{duration: counted.storage, next: trace.Transport(next)}
	})
	copies, err := newCopies(config)
	if err != nil {
		return nil, err
	}
	view := &settings.View{Key: config.Namespace + "/" + config.Name, OAuthServers: copies.servers, Policies: copies.policies}
	s := &Server{config: config, view: view, copies: copies, keys: &keys.Store{Now: config.Now}, metrics: counted, trace: trace}
	counted.registry.MustRegister(state{s}, logState{config.Lines})
	s.clients = &clients.Registry{
		Namespace: config.Namespace, Name: config.Name,
		OAuthClients: copies.clients, OAuthServers: copies.servers, Policies: copies.policies, Namespaces: copies.namespaces,
		Keys: s.keys,
	}
	if err := s.clients.Start(); err != nil {
		return nil, fmt.Errorf("watch clients: %w", err)
	}
	if err := errors.Join(copies.keys.OnChange(s.keysChanged), copies.servers.OnChange(s.serverChanged)); err != nil {
		return nil, fmt.Errorf("watch keys: %w", err)
	}
	if err := errors.Join(copies.servers.OnChange(s.documentChanged), copies.policies.OnChange(s.documentChanged), copies.keys.OnChange(s.documentChanged)); err != nil {
		return nil, fmt.Errorf("watch what discovery says: %w", err)
	}
	if s.users, err = identity.New(identity.Options{OAuthUsers: copies.users, Passwords: copies.passwords, Now: config.Now}); err != nil {
		return nil, err
	}
	return s, s.open()
}

// documentChanged hears of each change of what discovery is made from.
func (s *Server) documentChanged(_, _ any) { s.documentVersion.Add(1) }

// available returns an error while the server cannot answer truthfully.
func (s *Server) available() error {
	if err := s.copies.fresh(); err != nil {
		return err
	}
	if _, err := s.keys.Current(); err != nil {
		return err
	}
	if s.view.Object() == nil {
		return fmt.Errorf("OAuthServer %s/%s does not exist", s.config.Namespace, s.config.Name)
	}
	return nil
}
