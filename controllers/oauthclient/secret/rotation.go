package secret

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// defaultOverlap is how long an old secret authenticates unless the client says
// otherwise.
const defaultOverlap = time.Hour

// Overlap returns how long an old secret of a client authenticates.
func Overlap(c *oauthv1alpha1.OAuthClient) time.Duration {
	if rotation := c.Spec.Secret.Rotation; rotation != nil && rotation.Overlap != nil {
		return rotation.Overlap.Duration
	}
	return defaultOverlap
}

// requestedRotation returns the rotation request that is due, zero if
// there is none, and how long it is until one that lies in the future.
func requestedRotation(c *oauthv1alpha1.OAuthClient, now time.Time) (requested time.Time, in time.Duration) {
	rotation := c.Spec.Secret.Rotation
	if rotation == nil || rotation.RequestedAt == nil {
		return time.Time{}, 0
	}
	if in := rotation.RequestedAt.Sub(now); in > 0 {
		return time.Time{}, in
	}
	// A status holds whole seconds: with a fraction the request would never be fulfilled.
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

// NextRotation returns when the newest secret is old enough to be replaced, nil for never.
func NextRotation(c *oauthv1alpha1.OAuthClient, list []credentials.Credential) *metav1.Time {
	age := interval(c)
	if age == 0 || len(list) == 0 {
		return nil
	}
	return &metav1.Time{Time: list[0].CreatedAt.Add(age)}
}

// ScheduleNext asks for a reconcile when a rotation is due or a digest has expired.
func ScheduleNext(c *oauthv1alpha1.OAuthClient, list []credentials.Credential, now time.Time, in func(time.Duration)) {
	if _, pause := requestedRotation(c, now); pause > 0 {
		in(pause)
	}
	if next := NextRotation(c, list); next != nil {
		in(next.Sub(now))
	}
	for _, credential := range list {
		if !credential.ExpiresAt.IsZero() {
			in(credential.ExpiresAt.Sub(now) + time.Second)
		}
	}
}

// ExpireOld lets all but the newest credential end after the overlap at the
// latest, and drops those that have ended. An overlap that was shortened holds for
// those that were to live longer, so that a leak can be ended.
func ExpireOld(list []credentials.Credential, now time.Time, overlap time.Duration) []credentials.Credential {
	var out []credentials.Credential
	for i, c := range list {
		if i > 0 {
			c = c.ExpireAt(now.Add(overlap))
		}
		if c.Valid(now) && (i == 0 || overlap > 0) {
			out = append(out, c)
		}
	}
	return out
}
