package server

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// serverChanged hears of each change of an OAuthServer. Whether a Secret lacks a key is
// decided by what the status names, and the two are heard of in any order.
func (s *Server) serverChanged(old, present any) {
	was, _ := old.(*oauthv1alpha1.OAuthServer)
	is, _ := present.(*oauthv1alpha1.OAuthServer)
	if is == nil || is.Namespace != s.config.Namespace || is.Name != s.config.Name {
		return
	}
	s.follow(is)
	if was == nil || !equality.Semantic.DeepEqual(was.Status.Keys, is.Status.Keys) {
		s.loadKeys()
	}
}

// follow logs and traces as the OAuthServer says from now on, as far as no flag says
// otherwise.
func (s *Server) follow(server *oauthv1alpha1.OAuthServer) {
	settings := serverspec.Of(server)
	if s.config.LogLevel != nil {
		s.config.LogLevel.Set(settings.LogLevel)
	}
	if s.config.Traces.Endpoint == "" {
		traces := tracing.Options{Endpoint: settings.Traces.Endpoint, Ratio: settings.Traces.Ratio, Service: s.config.Traces.Service}
		if err := s.trace.Use(context.Background(), traces); err != nil {
			s.config.Log.Error("traces cannot be sent to the new collector, and still go to the old one", "error", err.Error())
		}
	}
}
