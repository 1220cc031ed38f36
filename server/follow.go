package server

import (
	"context"
	"log/slog"
	"net/netip"
	"strconv"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// networks are what an OAuthServer says about addresses.
type networks struct{ trusted, callable []netip.Prefix }

// follow does as the OAuthServer says from now on, as far as no flag says otherwise.
func (s *Server) follow(server *oauthv1alpha1.OAuthServer) {
	s.networks.Store(networksOf(server))
	if s.config.LogLevel != nil {
		s.config.LogLevel.Set(levelOf(server.Spec.LogLevel))
	}
	if s.config.Traces.Endpoint == "" {
		if err := s.trace.Use(context.Background(), tracesOf(server, s.config.Traces.Service)); err != nil {
			s.config.Log.Error("traces go where they went before", "error", err.Error())
		}
	}
}

// trustedProxies returns the addresses whose X-Forwarded-For is believed.
func (s *Server) trustedProxies() []netip.Prefix {
	if s.config.TrustedProxies != nil {
		return s.config.TrustedProxies
	}
	return s.present().trusted
}

// callable returns the addresses that may be called beside those that are called anyway.
func (s *Server) callable() []netip.Prefix { return s.present().callable }

// present is also right for the first request, which may come before the OAuthServer
// that is known by then was followed.
func (s *Server) present() *networks {
	if known := s.networks.Load(); known != nil {
		return known
	}
	if server := s.oauthServer(); server != nil {
		return networksOf(server)
	}
	return &networks{}
}

func networksOf(server *oauthv1alpha1.OAuthServer) *networks {
	return &networks{trusted: prefixes(server.Spec.HTTP.TrustedProxies), callable: prefixes(server.Spec.Outbound.Networks)}
}

// prefixes leaves out what is none, which the schema refuses.
func prefixes(texts []oauthv1alpha1.Network) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if prefix, err := parseNetwork(string(text)); err == nil {
			out = append(out, prefix)
		}
	}
	return out
}

func levelOf(level oauthv1alpha1.LogLevel) slog.Level {
	switch level {
	case oauthv1alpha1.LogLevelDebug:
		return slog.LevelDebug
	case oauthv1alpha1.LogLevelWarn:
		return slog.LevelWarn
	case oauthv1alpha1.LogLevelError:
		return slog.LevelError
	case oauthv1alpha1.LogLevelInfo:
	}
	return slog.LevelInfo
}

func tracesOf(server *oauthv1alpha1.OAuthServer, service string) tracing.Options {
	traces := server.Spec.Telemetry.Traces
	if traces == nil {
		return tracing.Options{}
	}
	options := tracing.Options{Endpoint: traces.Endpoint, Ratio: 1, Service: service}
	if ratio, err := strconv.ParseFloat(traces.SamplingRatio, 64); err == nil {
		options.Ratio = ratio
	}
	return options
}
