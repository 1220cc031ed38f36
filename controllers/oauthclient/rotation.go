package oauthclient

import (
	"time"

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

// rotationDue reports whether a rotation was asked for that has not been done,
// and how long it is until then if it lies in the future.
func rotationDue(c *oauthv1alpha1.OAuthClient, now time.Time) (due bool, in time.Duration) {
	rotation := c.Spec.Secret.Rotation
	if rotation == nil || rotation.RequestedAt == nil || rotation.RequestedAt.Equal(c.Status.RotationRequestedAt) {
		return false, 0
	}
	if in := rotation.RequestedAt.Sub(now); in > 0 {
		return false, in
	}
	return true, 0
}

// scheduleNext comes back when a rotation is due or a digest has expired.
func (p *pass) scheduleNext(list []credentials.Credential) {
	if _, in := rotationDue(p.client, p.now); in > 0 {
		p.requeueAfter(in)
	}
	for _, credential := range list {
		if !credential.ExpiresAt.IsZero() {
			p.requeueAfter(credential.ExpiresAt.Sub(p.now) + time.Second)
		}
	}
}
