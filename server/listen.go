package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
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
	// reportInterval is how often the server looks whether it can answer.
	reportInterval = 5 * time.Second
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
	oauth, health := s.httpServer(s.router), s.httpServer(s.internalHandler(ctx))
	if oauth.TLSConfig, err = s.tlsConfig(ctx, cancel); err != nil {
		return err
	}
	s.copies.run(ctx)

	go func() {
		if oauth.TLSConfig != nil {
			cancel(oauth.ServeTLS(public, "", ""))
		} else {
			cancel(oauth.Serve(public))
		}
	}()
	go func() { cancel(health.Serve(internal)) }()
	go s.reportUnavailable(ctx)
	go s.reportLog(ctx)
	if s.config.ClientCAFile != "" {
		go s.followClientCAs(ctx)
	}
	ballast := make([]byte, ballastSize)
	defer runtime.KeepAlive(ballast)
	s.config.Log.Info("listening", "address", public.Addr().String(), "metrics", internal.Addr().String(), "server", s.config.Namespace+"/"+s.config.Name)
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return s.drain(context.WithoutCancel(ctx), oauth, health)
}

// reportUnavailable logs, once each time, that the server cannot answer and that it
// can again.
func (s *Server) reportUnavailable(ctx context.Context) {
	ticker := time.NewTicker(reportInterval)
	defer ticker.Stop()
	for answers := true; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := s.available()
		switch {
		case err != nil && answers:
			s.config.Log.Warn("the server cannot answer", "reason", err.Error())
		case err == nil && !answers:
			s.config.Log.Info("the server answers again")
		}
		answers = err == nil
	}
}

func (s *Server) drain(ctx context.Context, servers ...*http.Server) error {
	s.config.Log.Info("draining")
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	var errs []error
	for _, server := range servers {
		errs = append(errs, server.Shutdown(ctx))
	}
	s.notices.Close(ctx)
	return errors.Join(errs...)
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

// tlsConfig returns nil without a certificate. One that is given is read again
// whenever it changes.
func (s *Server) tlsConfig(ctx context.Context, fail context.CancelCauseFunc) (*tls.Config, error) {
	if s.config.TLSCertFile == "" {
		return nil, nil //nolint:nilnil // no TLS is a choice, not an error
	}
	certificate, err := certwatcher.New(s.config.TLSCertFile, s.config.TLSKeyFile)
	if err != nil {
		return nil, fmt.Errorf("read TLS certificate: %w", err)
	}
	s.certificate.Store(certificate)
	go func() {
		if err := certificate.Start(ctx); err != nil {
			fail(fmt.Errorf("watch TLS certificate: %w", err))
		}
	}()
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certificate.GetCertificate}
	if s.config.ClientCertificates || s.config.ClientCAFile != "" {
		// Whose certificate it is matters to clients that have one, and is decided for
		// each request (server/clientauth).
		config.ClientAuth = tls.RequestClientCert
	}
	return config, nil
}
