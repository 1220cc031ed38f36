package keys

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthserver/keys/rotation"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// Replicas asks the replicas of a server about its keys.
type Replicas interface {
	KeysCoverage(ctx context.Context, server *oauthv1alpha1.OAuthServer, state string) (replicas.Coverage, error)
}

// statusPause keeps the removal of a key from the pass that called it retired.
const statusPause = 200 * time.Millisecond

// outcome is what became of the keys in one pass.
type outcome struct {
	ring      keyring.Ring
	agenda    rotation.Agenda
	lifetimes map[string]time.Duration
	// blocked says that the Secret cannot be changed.
	blocked bool
}

// rotate takes the keys a step further: one write of the Secret, which the version that
// was read guards. What is removed from it the status has called retired before, so that
// a crash in between is no loss.
func (r *Reconciler) rotate(ctx context.Context, server *oauthv1alpha1.OAuthServer, secret *corev1.Secret, ring keyring.Ring) (outcome, error) {
	c, err := r.inputs(ctx, server, ring)
	if err != nil {
		return outcome{}, err
	}
	now := c.Now
	out := outcome{ring: ring, agenda: rotation.Decide(c), lifetimes: c.Lifetimes}
	remove := slices.DeleteFunc(slices.Clone(out.agenda.Remove), func(id string) bool { return !isRetired(server, id, now) })
	if requested := server.Spec.Keys.RequestedAt; requested != nil && requested.After(now) {
		out.agenda.LookAt(requested.Time)
	}
	if len(remove) < len(out.agenda.Remove) {
		// The status comes first; its change brings the next pass.
		out.agenda.LookAt(now.Add(statusPause))
	}
	next, err := out.agenda.Apply(ring, remove, now, requestedRotation(server, now))
	if err != nil {
		return outcome{}, err
	}
	if next.State() == ring.State() {
		return out, nil
	}
	if secret.Immutable != nil && *secret.Immutable {
		out.blocked = true
		return out, nil
	}
	if err := r.sameKeys(ctx, server); err != nil {
		return outcome{}, err
	}
	if err := r.writeKeys(ctx, secret, ring, next); err != nil {
		return outcome{}, err
	}
	r.recordRotation(server, ring, next)
	out.ring = next
	// A key that was just published is asked for.
	out.agenda.LookAt(now.Add(rotation.AskPause))
	return out, nil
}

// inputs gathers what the agenda depends on.
func (r *Reconciler) inputs(ctx context.Context, server *oauthv1alpha1.OAuthServer, ring keyring.Ring) (rotation.Inputs, error) {
	loaded, err := r.loaded(ctx, server, ring)
	if err != nil {
		return rotation.Inputs{}, err
	}
	// Until they were asked, replicas may have given away keys without the latest.
	spec, settings, now := server.Spec.Keys, serverspec.Of(server), r.Now()
	c := rotation.Inputs{
		Ring: ring, Now: now, Loaded: loaded, Signing: settings.SigningInterval, Root: settings.RootInterval,
		Requested: requestedRotation(server, now), Revoked: spec.Revoked, Session: settings.SessionLifetime,
	}
	all, refs := rotation.LongestOf(settings.Tokens), references{}
	limits, err := r.limits(ctx, server)
	if err != nil {
		return c, err
	}
	err = r.clientsOf(ctx, server, func(client *oauthv1alpha1.OAuthClient) {
		all = all.With(client.Spec.Tokens, limits(client.Namespace))
		refs.add(client)
	})
	if err != nil {
		return c, err
	}
	c.Lifetimes = rotation.Lifetimes(ring, server.Status.Keys, all, now)
	c.Sealed = func(id string) bool { return r.enrolled(ctx, server, id) }
	c.Needed = func(id string) bool {
		return refs.need(id, slices.Contains(spec.Revoked, oauthv1alpha1.KeyID(id))) || r.seals(ctx, server, ring, id)
	}
	return c, nil
}

// loaded reports whether every ready replica has loaded the ring as it is. It asks only
// while a key waits for that.
func (r *Reconciler) loaded(ctx context.Context, server *oauthv1alpha1.OAuthServer, ring keyring.Ring) (bool, error) {
	now := r.Now()
	if !slices.ContainsFunc(ring.Keys(), func(k keyring.Key) bool { return k.Staged || k.ActiveFrom.After(now) }) {
		return false, nil
	}
	coverage, err := r.Replicas.KeysCoverage(ctx, server, ring.State())
	if err != nil {
		return false, fmt.Errorf("ask replicas: %w", err)
	}
	return coverage.Complete(), nil
}

// requestedRotation returns the rotation request that should be met by now, zero if there
// is none.
func requestedRotation(server *oauthv1alpha1.OAuthServer, now time.Time) time.Time {
	requested := server.Spec.Keys.RequestedAt
	if requested == nil || requested.After(now) {
		return time.Time{}
	}
	return requested.Truncate(time.Second).UTC()
}

func isRetired(server *oauthv1alpha1.OAuthServer, id string, now time.Time) bool {
	return slices.ContainsFunc(server.Status.Keys, func(k oauthv1alpha1.KeyStatus) bool { return k.ID == id && k.Retired(now) })
}
