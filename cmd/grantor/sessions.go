package main

import (
	"fmt"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/grantor-dev/grantor/controllers/registration"
	"github.com/grantor-dev/grantor/controllers/sweeper"
)

// newSweeper returns a sweeper of the API server that keeps the session objects.
func newSweeper(mgr ctrl.Manager, flags operatorFlags, sessions client.Client, now func() time.Time) (*sweeper.Sweeper, error) {
	counted, err := sweeper.NewMetrics(metrics.Registry)
	if err != nil {
		return nil, err
	}
	return &sweeper.Sweeper{
		Cached: mgr.GetClient(), Live: mgr.GetAPIReader(), Status: mgr.GetClient(), Sessions: sessions, Metrics: counted,
		Interval: flags.sweepInterval, Now: now,
	}, nil
}

// sessionsOf returns clients of the API server that keeps the session objects.
func sessionsOf(mgr ctrl.Manager, flags operatorFlags) (client.Client, registration.Sessions, error) {
	config, err := flags.sessions("grantor-operator")
	if err != nil {
		return nil, registration.Sessions{}, err
	}
	if config == nil {
		config = mgr.GetConfig()
	}
	config.QPS = -1
	live, err := client.New(config, client.Options{Scheme: mgr.GetScheme()})
	if err != nil {
		return nil, registration.Sessions{}, fmt.Errorf("reach the API server of session objects: %w", err)
	}
	kept, err := registration.NewSessions(config, mgr.GetScheme(), live)
	if err != nil {
		return nil, registration.Sessions{}, fmt.Errorf("read registrations: %w", err)
	}
	return live, kept, nil
}
