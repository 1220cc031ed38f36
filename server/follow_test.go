package server

import (
	"log/slog"
	"net/netip"
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/tracing"
)

func saying(change func(*oauthv1alpha1.OAuthServerSpec)) *oauthv1alpha1.OAuthServer {
	server := &oauthv1alpha1.OAuthServer{}
	change(&server.Spec)
	return server
}

// What the OAuthServer says holds at once, also when it says nothing any more.
func TestTheServerFollowsItsOAuthServer(t *testing.T) {
	level := &slog.LevelVar{}
	s := &Server{config: Config{LogLevel: level, Log: slog.New(slog.DiscardHandler)}, trace: &tracing.Tracer{}}
	s.follow(saying(func(spec *oauthv1alpha1.OAuthServerSpec) {
		spec.LogLevel = oauthv1alpha1.LogLevelWarn
		spec.Telemetry.Traces = &oauthv1alpha1.ServerTraces{Endpoint: "http://127.0.0.1:1", SamplingRatio: "1"}
	}))
	if level.Level() != slog.LevelWarn {
		t.Errorf("the level is %s", level)
	}
	if _, span := s.trace.Start(t.Context(), "x"); span.ID() == "" {
		t.Error("there is no span")
	}
	s.follow(saying(func(*oauthv1alpha1.OAuthServerSpec) {}))
	if level.Level() != slog.LevelInfo {
		t.Errorf("left is %s", level)
	}
	if _, span := s.trace.Start(t.Context(), "x"); span != nil {
		t.Error("there is a span")
	}
}

// A flag wins over the field.
func TestFlagsWin(t *testing.T) {
	given := []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	s := &Server{config: Config{TrustedProxies: given, Traces: tracing.Options{Endpoint: "http://127.0.0.1:1"}, Log: slog.New(slog.DiscardHandler)}, trace: &tracing.Tracer{}}
	s.follow(saying(func(spec *oauthv1alpha1.OAuthServerSpec) {
		spec.HTTP.TrustedProxies = []oauthv1alpha1.Network{"192.0.2.7"}
		spec.LogLevel = oauthv1alpha1.LogLevelDebug
		spec.Telemetry.Traces = &oauthv1alpha1.ServerTraces{Endpoint: "http://127.0.0.1:2"}
	}))
	if got := s.trustedProxies(); !slices.Equal(got, given) {
		t.Errorf("trusted are %v", got)
	}
	if _, span := s.trace.Start(t.Context(), "x"); span != nil {
		t.Error("spans go where the OAuthServer says")
	}
}
