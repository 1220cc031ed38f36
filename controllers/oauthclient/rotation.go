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

// scheduleNext comes back when a rotation is due or a digest has expired.
func (p *pass) scheduleNext(list []credentials.Credential) {
	if _, in := requestedRotation(p.client, p.now); in > 0 {
		p.requeueAfter(in)
	}
	for _, credential := range list {
		if !credential.ExpiresAt.IsZero() {
			p.requeueAfter(credential.ExpiresAt.Sub(p.now) + time.Second)
		}
	}
}
