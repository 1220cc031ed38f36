package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
)

const (
	// The time a client has to send a request. A slower one is cut off, so that it
	// cannot hold connections.
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 20 * time.Second
	idleTimeout       = 90 * time.Second
	maxHeaderBytes    = 16 << 10
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
	oauth, health := s.httpServer(s.router), s.httpServer(s.health.Handler(ctx))
	connections := httpx.NewConnections(maxConnections)
	oauth.ConnState = connections.Changed
	oauth.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxStreams}
	if oauth.TLSConfig, err = s.certificate.Config(ctx, cancel); err != nil {
		return err
	}
	s.copies.Run(ctx)

	go func() {
		if oauth.TLSConfig != nil {
			cancel(oauth.ServeTLS(public, "", ""))
		} else {
			cancel(oauth.Serve(public))
		}
	}()
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
	// Nothing else is accepted, which is all that can fail.
	_ = public.Close()
	connections.AwaitRead(ctx)
	err = errors.Join(oauth.Shutdown(ctx), health.Shutdown(ctx))
	s.notices.Close(ctx)
	return err
}

func (s *Server) httpServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// What net/http logs of a connection can quote what the client sent.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
}
