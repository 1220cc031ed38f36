package main

import (
	"crypto/rand"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/source"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/tokenmetrics"
	"github.com/grantor-dev/grantor/internal/clock"
	"github.com/grantor-dev/grantor/internal/tracing"
	"github.com/grantor-dev/grantor/server"
)

// newTokens returns the reconciler of OAuthTokens.
func newTokens(mgr ctrl.Manager, flags operatorFlags, trace *tracing.Tracer, shared *clock.Clock) (*oauthtoken.Reconciler, error) {
	networks, err := server.ParseNetworks("--outbound-networks", flags.networks)
	if err != nil {
		return nil, err
	}
	counted, err := tokenmetrics.New(metrics.Registry, mgr.GetClient())
	if err != nil {
		return nil, err
	}
	calls := source.NewCalls(networks)
	return &oauthtoken.Reconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Events: mgr.GetEventRecorder("grantor"), Trace: trace,
		Now: shared.Now, Earlier: shared.Earlier, Steady: time.Now, Metrics: counted,
		Sources: &source.Finder{Cached: mgr.GetClient(), Live: mgr.GetAPIReader(), Providers: &provider.Discoverer{Through: calls.Public, Now: shared.Now}, Calls: calls},
		Holder:  rand.Text(), Workers: flags.workers,
	}, nil
}
