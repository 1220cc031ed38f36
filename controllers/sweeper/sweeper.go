package sweeper

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=marks,verbs=list;delete

const (
	page = 500
	// pace is the pause after each deletion, so that a sweep takes only a small
	// part of the API server.
	pace = 5 * time.Millisecond
)

// Sweeper deletes expired session objects at an interval.
type Sweeper struct {
	// Live reads and deletes at the API server; session objects are in no cache.
	Live client.Reader
	// Client deletes.
	Client client.Client
	// Interval is the time between two sweeps.
	Interval time.Duration
	// Now is the clock.
	Now func() time.Time
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
			log.FromContext(ctx).Info("deleted expired session objects", "count", deleted)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Sweep deletes what has expired and returns how many objects that were.
func (s *Sweeper) Sweep(ctx context.Context) (int, error) {
	deleted := 0
	marks := &metav1.PartialObjectMetadataList{}
	marks.SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind("MarkList"))
	for {
		if err := s.Live.List(ctx, marks, client.Limit(page), client.Continue(marks.Continue)); err != nil {
			if apierrors.IsResourceExpired(err) && marks.Continue != "" {
				// The list took longer than the API server keeps it: begin again.
				marks.Continue = ""
				continue
			}
			return deleted, fmt.Errorf("list marks: %w", err)
		}
		for i := range marks.Items {
			if !s.expired(&marks.Items[i]) {
				continue
			}
			if err := s.delete(ctx, &marks.Items[i]); err != nil {
				return deleted, err
			}
			deleted++
			select {
			case <-ctx.Done():
				return deleted, nil
			case <-time.After(pace):
			}
		}
		if marks.Continue == "" {
			return deleted, nil
		}
	}
}

// expired reports whether the hour that the object's label names is over. An
// object without a label that parses is nobody's to delete.
func (s *Sweeper) expired(object client.Object) bool {
	hour, err := time.Parse(sessionv1alpha1.ExpiresLayout, object.GetLabels()[sessionv1alpha1.LabelExpires])
	return err == nil && s.Now().After(hour.Add(time.Hour))
}

func (s *Sweeper) delete(ctx context.Context, mark *metav1.PartialObjectMetadata) error {
	mark.SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind("Mark"))
	uid, version := mark.GetUID(), mark.GetResourceVersion()
	err := s.Client.Delete(ctx, mark, client.Preconditions{UID: &uid, ResourceVersion: &version})
	if apierrors.IsConflict(err) {
		// Somebody else is at it; the next sweep looks again.
		return nil
	}
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("delete mark: %w", err)
	}
	return nil
}
