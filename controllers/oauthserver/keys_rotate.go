package oauthserver

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/credentials"
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
	now := r.Now()
	c, err := r.circumstances(ctx, server, ring, now)
	if err != nil {
		return rotation{}, err
	}
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
func (r *Reconciler) circumstances(ctx context.Context, server *oauthv1alpha1.OAuthServer, ring keyring.Ring, now time.Time) (circumstances, error) {
	spec := server.Spec.Keys
	c := circumstances{
		ring: ring, now: now, signing: keyring.SigningInterval(spec), root: keyring.RootInterval(spec),
		requested: requestedRotation(server, now), revoked: spec.Revoked, session: 12 * time.Hour,
	}
	if lifetime := server.Spec.Login.SessionLifetime; lifetime != nil {
		c.session = lifetime.Duration
	}
	all, refs := longestOf(server), references{}
	err := r.clientsOf(ctx, server, func(client *oauthv1alpha1.OAuthClient) {
		all = all.with(client.Spec.Tokens)
		refs.add(client)
	})
	if err != nil {
		return c, err
	}
	c.lifetimes = lifetimes(ring, server.Status.Keys, all, now)
	c.needed = func(id string) bool { return refs.need(id, slices.Contains(spec.Revoked, oauthv1alpha1.KeyID(id))) }
	if slices.ContainsFunc(ring.Keys(), func(k keyring.Key) bool { return k.Staged }) {
		coverage, err := r.Replicas.KeysCoverage(ctx, server, ring.State())
		if err != nil {
			return c, fmt.Errorf("ask replicas: %w", err)
		}
		c.loaded = coverage.Complete()
	}
	return c, nil
}

// references are the peppers that clients need, by their ids.
type references struct{ newest, former map[string]bool }

func (r *references) add(c *oauthv1alpha1.OAuthClient) {
	if r.newest == nil {
		r.newest, r.former = map[string]bool{}, map[string]bool{}
	}
	for i, credential := range c.Status.Credentials {
		if i == 0 {
			r.newest[credentials.PepperID(credential.Digest)] = true
		} else {
			r.former[credentials.PepperID(credential.Digest)] = true
		}
	}
	r.newest[credentials.PepperID(c.Status.RedirectURIsSeal)] = true
}

// need reports whether a client needs a pepper. Of one that somebody else may have only
// those count that can be moved to another.
func (r *references) need(id string, revoked bool) bool {
	return r.newest[id] || r.former[id] && !revoked
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

// apply returns the ring after the steps of an agenda.
func apply(ring keyring.Ring, a agenda, remove []string, now, requested time.Time) (keyring.Ring, error) {
	next := ring.Without(remove...)
	for _, key := range ring.Keys() {
		if at, ok := a.activate[key.ID]; ok {
			key.ActiveFrom, key.Staged = at, false
			next = next.With(key)
		}
	}
	for _, kind := range a.stage {
		met := requested
		if met.IsZero() {
			met = lastRequest(ring, kind)
		}
		key, err := keyring.Stage(kind, now, met)
		if err != nil {
			return keyring.Ring{}, err
		}
		next = next.With(key)
	}
	return next, nil
}

// lastRequest is the rotation request that the keys of a kind have met: replacing one for
// its age must not forget it.
func lastRequest(ring keyring.Ring, kind keyring.Kind) time.Time {
	var last time.Time
	for _, key := range ring.Keys() {
		if key.Kind() == kind && key.RequestedAt.After(last) {
			last = key.RequestedAt
		}
	}
	return last
}

// writeKeys updates the entries that changed. The others stay as they are, byte for byte.
func (r *Reconciler) writeKeys(ctx context.Context, secret *corev1.Secret, former, next keyring.Ring) error {
	was, err := former.Encode()
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	is, err := next.Encode()
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	secret = secret.DeepCopy()
	for name := range was {
		if _, ok := is[name]; !ok {
			delete(secret.Data, name)
		}
	}
	maps.DeleteFunc(is, func(name string, value []byte) bool { return string(was[name]) == string(value) })
	maps.Copy(secret.Data, is)
	if err := r.Client.Update(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return fmt.Errorf("update key secret: %w", err)
	}
	return nil
}

// keyStatus is what the status says of the keys.
func keyStatus(named []oauthv1alpha1.KeyStatus, out rotation, now time.Time) []oauthv1alpha1.KeyStatus {
	keys := make([]oauthv1alpha1.KeyStatus, 0, len(out.ring.Keys()))
	for _, key := range out.ring.Keys() {
		status := oauthv1alpha1.KeyStatus{ID: key.ID, Use: key.Use, CreatedAt: metav1.NewTime(key.CreatedAt)}
		if !key.Staged && key.Use != oauthv1alpha1.KeyUsePairwise {
			status.ActiveFrom = &metav1.Time{Time: key.Since()}
		}
		if lifetime, ok := out.lifetimes[key.ID]; ok {
			status.LongestLifetime = &metav1.Duration{Duration: lifetime}
		}
		if at, ok := out.agenda.retire[key.ID]; ok {
			status.RetireAt = &metav1.Time{Time: at}
		}
		for _, former := range named {
			// That a key has been called retired is not taken back: it may be gone already.
			if former.ID == key.ID && former.Retired(now) {
				status.RetireAt = former.RetireAt
			}
		}
		keys = append(keys, status)
	}
	return keys
}

// explain says what keeps keys from being replaced, nothing as a rule.
func (r rotation) explain() string {
	var why []string
	if r.blocked {
		why = append(why, "The key Secret is immutable, so that no key is replaced: delete it and create it with the same data and without immutable.")
	}
	for _, kind := range r.agenda.full {
		why = append(why, fmt.Sprintf("The next %s key waits: there are as many as are kept, and the former ones are still needed.", kind))
	}
	return strings.Join(why, " ")
}
