package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/listeners"
)

const (
	// ballastSize is memory that is never touched and so never becomes real. It keeps
	// the garbage collector, which runs when the heap has doubled, from running
	// hundreds of times a second for a few megabytes: a tenth of the CPU of a token.
	ballastSize = 8 << 20
	// maxConnections is how many connections a replica has, and maxStreams how many requests
	// share one of HTTP/2.
	maxConnections, maxStreams = 4096, 32
	// drainTimeout is how long requests that are under way have to finish.
	drainTimeout = 20 * time.Second
)

// Run serves until ctx ends, then finishes the requests that are under way.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer s.trace.Stop(ctx)
	public, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.ListenAddress)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	internal, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.MetricsAddress)
	if err != nil {
		return fmt.Errorf("listen for health and metrics: %w", err)
	}
	oauth, health := []*endpoint{{listeners.NewServer(s.presented.Without(s.router)), public}}, listeners.NewServer(s.health.Handler(ctx))
	if s.config.MTLSListenAddress != "" {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.MTLSListenAddress)
		if err != nil {
			return fmt.Errorf("listen for clients with certificates: %w", err)
		}
		oauth = append(oauth, &endpoint{listeners.NewServer(s.router.certified), listener})
	}
	config, err := s.certificate.Config(ctx, cancel)
	if err != nil {
		return err
	}
	connections := listeners.NewConnections(maxConnections)
	for i, e := range oauth {
		e.ConnState = connections.Changed
		e.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxStreams}
		if e.TLSConfig = config; i > 0 && s.config.CertificateHeader.Name == "" {
			e.TLSConfig = certificates.Asking(config)
		}
	}
	s.copies.Run(ctx)

	for _, e := range oauth {
		go func() { cancel(e.serve()) }()
	}
	go func() { cancel(health.Serve(internal)) }()
	go s.health.Report(ctx)
	go s.authorities.Follow(ctx)
	ballast := make([]byte, ballastSize)
	defer runtime.KeepAlive(ballast)
	s.config.Log.Info("listening", "address", public.Addr().String(), "metrics", internal.Addr().String(), "server", s.config.Namespace+"/"+s.config.Name)
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	s.config.Log.Info("draining")
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer stop()
	for _, e := range oauth {
		// Nothing else is accepted, which is all that can fail.
		_ = e.listener.Close()
	}
	connections.AwaitRead(ctx)
	errs := []error{health.Shutdown(ctx)}
	for _, e := range oauth {
		errs = append(errs, e.Shutdown(ctx))
	}
	s.notices.Close(ctx)
	return errors.Join(errs...)
}

// endpoint is an HTTP server with where it listens.
type endpoint struct {
	*http.Server
	listener net.Listener
}

func (e *endpoint) serve() error {
	if e.TLSConfig != nil {
		return e.ServeTLS(e.listener, "", "")
	}
	return e.Serve(e.listener)
}
