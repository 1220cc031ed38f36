package oauthserver

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// Replicas asks the replicas of a server about its keys.
type Replicas interface {
	KeysCoverage(ctx context.Context, server *oauthv1alpha1.OAuthServer, state string) (replicas.Coverage, error)
}

// rotation is what became of the keys in one pass.
type rotation struct {
	ring      keyring.Ring
	agenda    agenda
	lifetimes map[string]time.Duration
	// blocked says that the Secret cannot be changed.
	blocked bool
}

// rotate takes the keys a step further: one write of the Secret, which the version that
// was read guards. What is removed from it the status has called retired before, so that
// a crash in between is no loss.
func (r *Reconciler) rotate(ctx context.Context, server *oauthv1alpha1.OAuthServer, secret *corev1.Secret, ring keyring.Ring) (rotation, error) {
	c, err := r.circumstances(ctx, server, ring)
	if err != nil {
		return rotation{}, err
	}
	now := c.now
	out := rotation{ring: ring, agenda: decide(c), lifetimes: c.lifetimes}
	remove := slices.DeleteFunc(slices.Clone(out.agenda.remove), func(id string) bool { return !isRetired(server, id, now) })
	if requested := server.Spec.Keys.RequestedAt; requested != nil && requested.After(now) {
		out.agenda.look(requested.Time)
	}
	if len(remove) < len(out.agenda.remove) {
		// The status comes first; its change brings the next pass.
		out.agenda.look(now.Add(conflictDelay))
	}
	next, err := apply(ring, out.agenda, remove, now, requestedRotation(server, now))
	if err != nil {
		return rotation{}, err
	}
	if next.State() == ring.State() {
		return out, nil
	}
	if secret.Immutable != nil && *secret.Immutable {
		out.blocked = true
		return out, nil
	}
	if err := r.sameKeys(ctx, server); err != nil {
		return rotation{}, err
	}
	if err := r.writeKeys(ctx, secret, ring, next); err != nil {
		return rotation{}, err
	}
	r.recordRotation(server, ring, next)
	out.ring = next
	// A key that was just published is asked for.
	out.agenda.look(now.Add(askPause))
	return out, nil
}

// circumstances gathers what the agenda depends on.
func (r *Reconciler) circumstances(ctx context.Context, server *oauthv1alpha1.OAuthServer, ring keyring.Ring) (circumstances, error) {
	loaded, err := r.loaded(ctx, server, ring)
	if err != nil {
		return circumstances{}, err
	}
	// Until they were asked, replicas may have given away keys without the latest.
	spec, now := server.Spec.Keys, r.Now()
	c := circumstances{
		ring: ring, now: now, loaded: loaded, signing: keyring.SigningInterval(spec), root: keyring.RootInterval(spec),
		requested: requestedRotation(server, now), revoked: spec.Revoked, session: 12 * time.Hour,
	}
	if lifetime := server.Spec.Login.SessionLifetime; lifetime != nil {
		c.session = lifetime.Duration
	}
	all, refs := longestOf(server), references{}
	err = r.clientsOf(ctx, server, func(client *oauthv1alpha1.OAuthClient) {
		all = all.with(client.Spec.Tokens)
		refs.add(client)
	})
	if err != nil {
		return c, err
	}
	c.lifetimes = lifetimes(ring, server.Status.Keys, all, now)
	c.needed = func(id string) bool { return refs.need(id, slices.Contains(spec.Revoked, oauthv1alpha1.KeyID(id))) }
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
