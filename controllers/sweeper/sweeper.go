package sweeper

import (
	"context"
	"errors"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
)

// Sweeper deletes and counts session objects at an interval.
type Sweeper struct {
	// Sessions lists and deletes session objects; they are in no cache.
	Sessions client.Client
	// Cached reads OAuthServers, OAuthClients and OAuthUsers from a cache.
	Cached client.Reader
	// Live reads them from the API server: that something is absent from a cache is
	// no evidence that it does not exist.
	Live client.Reader
	// Status writes the status of OAuthServers.
	Status client.StatusClient
	// Metrics count what was found and deleted.
	Metrics *Metrics
	// Interval is the time between two sweeps.
	Interval time.Duration
	// Now is the clock.
	Now func() time.Time

	absent owners.Absent
}

var (
	_ manager.Runnable               = (*Sweeper)(nil)
	_ manager.LeaderElectionRunnable = (*Sweeper)(nil)
)

// NeedLeaderElection makes only the leader sweep.
func (s *Sweeper) NeedLeaderElection() bool { return true }

// Start sweeps until ctx ends.
func (s *Sweeper) Start(ctx context.Context) error {
	ticker := time.NewTicker(s.Interval)
	defer ticker.Stop()
	for {
		if deleted, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.FromContext(ctx).Error(err, "sweep")
		} else if deleted > 0 {
			log.FromContext(ctx).Info("deleted session objects", "count", deleted)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Sweep deletes what means nothing any more and returns how many objects that were.
// What it cannot delete stays for the next sweep. It publishes what it counted only
// if it has seen everything.
func (s *Sweeper) Sweep(ctx context.Context) (int, error) {
	there, err := owners.Read(ctx, s.Cached)
	if err != nil {
		return 0, err
	}
	s.absent.See(there, s.Now())
	r := &run{Sweeper: s, there: there, counts: counts{}, crowds: newCrowds(there.Bounds), missing: owners.Missing{}}
	for _, kind := range kinds {
		err = errors.Join(err, r.scan(ctx, kind))
	}
	err = errors.Join(err, r.orphans(ctx), r.excess(ctx))
	if err == nil {
		s.Metrics.count(r.counts)
		err = s.publish(ctx, there.Servers, r.counts, r.missing)
	}
	if err = errors.Join(append(r.failed, err)...); err == nil {
		s.Metrics.end(s.Now())
	}
	return r.deleted, err
}

// run is one sweep.
type run struct {
	*Sweeper
	there    *owners.Owners
	counts   counts
	crowds   *crowds
	suspects []record
	// missing are the providers of users that were not found.
	missing owners.Missing
	// mu guards what deletions record.
	mu      sync.Mutex
	deleted int
	failed  []error
}
