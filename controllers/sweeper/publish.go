package sweeper

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthservers/status,verbs=patch

// publish writes the counts into the status of the servers for which they tell
// something new.
func (s *Sweeper) publish(ctx context.Context, servers []oauthv1alpha1.OAuthServer, counted counts, missing owners.Missing) error {
	var errs []error
	for i := range servers {
		server := &servers[i]
		now := counted.status(server)
		if now != nil {
			now.FormerProviders = missing.Former(server, s.Now())
		}
		if server.DeletionTimestamp != nil || !newer(server, now) {
			continue
		}
		if now != nil {
			at := metav1.NewTime(s.Now())
			now.CountedAt = &at
		}
		after := server.DeepCopy()
		after.Status.Sessions = now
		if err := s.Status.Status().Patch(ctx, after, client.MergeFrom(server)); client.IgnoreNotFound(err) != nil {
			errs = append(errs, fmt.Errorf("publish counts: %w", err))
		}
	}
	return errors.Join(errs...)
}

// newer reports whether counts tell enough beyond what the status of a server says:
// one has changed by more than a tenth, or by more than a tenth of what is free, of which
// each replica takes a share; or a bound was reached or left. Nothing is written for less,
// so that a server that is used evenly is left alone.
func newer(server *oauthv1alpha1.OAuthServer, now *oauthv1alpha1.SessionsStatus) bool {
	was := server.Status.Sessions
	if was == nil || now == nil {
		return was != now
	}
	b := serverspec.Of(server).Bounds
	return changed(was.Grants, now.Grants, b.MaxGrants) || changed(was.Logins, now.Logins, b.MaxLogins) ||
		changed(was.Consents, now.Consents, math.MaxInt64) || changed(was.Marks, now.Marks, b.MaxMarks) ||
		changed(was.Approvals, now.Approvals, b.MaxGrants) || changed(was.Connections, now.Connections, b.MaxGrants) ||
		changed(was.Persons, now.Persons, b.MaxGrants) || changed(was.Enrollments, now.Enrollments, b.MaxGrants) ||
		!slices.EqualFunc(was.FormerProviders, now.FormerProviders, sameFormer) ||
		!maps.Equal(fullness(b, was), fullness(b, now))
}

// changed reports whether a count differs enough from what it was, under a bound.
func changed(was, now, limit int64) bool {
	enough := was / 10
	if was < limit {
		enough = min(enough, (limit-was)/10)
	}
	return max(was-now, now-was) > enough || (was >= limit) != (now >= limit)
}

// fullness returns of what each full client is full.
func fullness(b serverspec.Bounds, s *oauthv1alpha1.SessionsStatus) map[string][2]bool {
	out := map[string][2]bool{}
	for _, c := range s.FullClients {
		grants, marks := b.IsFull(s, c)
		out[c.UID] = [2]bool{grants, marks}
	}
	return out
}

func sameFormer(a, b oauthv1alpha1.FormerProvider) bool {
	return a.Name == b.Name && a.Since.Equal(&b.Since)
}
