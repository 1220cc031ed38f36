package oauthclient

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// defaultOverlap is how long a former secret authenticates unless the client says
// otherwise.
const defaultOverlap = time.Hour

func overlap(c *oauthv1alpha1.OAuthClient) time.Duration {
	if rotation := c.Spec.Secret.Rotation; rotation != nil && rotation.Overlap != nil {
		return rotation.Overlap.Duration
	}
	return defaultOverlap
}

// requestedRotation returns the rotation request that should be met by now, zero if
// there is none, and how long it is until one that lies in the future.
func requestedRotation(c *oauthv1alpha1.OAuthClient, now time.Time) (requested time.Time, in time.Duration) {
	rotation := c.Spec.Secret.Rotation
	if rotation == nil || rotation.RequestedAt == nil {
		return time.Time{}, 0
	}
	if in := rotation.RequestedAt.Sub(now); in > 0 {
		return time.Time{}, in
	}
	// A status holds whole seconds: with a fraction the request would never be met.
	return rotation.RequestedAt.Truncate(time.Second), 0
}

func interval(c *oauthv1alpha1.OAuthClient) time.Duration {
	if rotation := c.Spec.Secret.Rotation; rotation != nil && rotation.Interval != nil {
		return rotation.Interval.Duration
	}
	return 0
}

// rotationDue reports whether a secret that is in use should be replaced. The age is
// that of the value in the Secret, so that neither a crash nor a second operator
// replaces it twice: the successor is young.
func (f facts) rotationDue(c credentials.Credential) bool {
	if !f.requested.IsZero() && !c.RotationRequestedAt.Equal(f.requested) {
		return true
	}
	return f.interval > 0 && !f.now.Before(c.CreatedAt.Add(f.interval))
}

// nextRotation is when the newest secret is old enough to be replaced, nil for never.
func nextRotation(c *oauthv1alpha1.OAuthClient, list []credentials.Credential) *metav1.Time {
	age := interval(c)
	if age == 0 || len(list) == 0 {
		return nil
	}
	return &metav1.Time{Time: list[0].CreatedAt.Add(age)}
}

// scheduleNext comes back when a rotation is due, a digest has expired, or what
// spec.secret.from names may have changed.
func (p *pass) scheduleNext(list []credentials.Credential) {
	if _, in := requestedRotation(p.client, p.now); in > 0 {
		p.requeueAfter(in)
	}
	if next := p.client.Status.NextRotation; next != nil {
		p.requeueAfter(next.Sub(p.now))
	}
	if p.client.Spec.Secret.From != nil {
		p.requeueAfter(sourceRecheck)
	}
	for _, credential := range list {
		if !credential.ExpiresAt.IsZero() {
			p.requeueAfter(credential.ExpiresAt.Sub(p.now) + time.Second)
		}
	}
}
