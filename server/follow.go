package server

import (
	"context"
	"net/netip"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// follow logs and traces as the OAuthServer says from now on, as far as no flag says
// otherwise.
func (s *Server) follow(server *oauthv1alpha1.OAuthServer) {
	settings := serverspec.Of(server)
	if s.config.LogLevel != nil {
		s.config.LogLevel.Set(settings.LogLevel)
	}
	if s.config.Traces.Endpoint == "" {
		if err := s.trace.Use(context.Background(), tracesOf(settings.Traces, s.config.Traces.Service)); err != nil {
			s.config.Log.Error("traces go where they went before", "error", err.Error())
		}
	}
}

// trustedProxies returns the addresses whose X-Forwarded-For is believed.
func (s *Server) trustedProxies() []netip.Prefix {
	if s.config.TrustedProxies != nil {
		return s.config.TrustedProxies
	}
	return s.view.Settings().TrustedProxies
}

func tracesOf(traces serverspec.Traces, service string) tracing.Options {
	if traces.Endpoint == "" {
		return tracing.Options{}
	}
	return tracing.Options{Endpoint: traces.Endpoint, Ratio: traces.Ratio, Service: service}
}
