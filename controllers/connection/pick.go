package connection

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// pick returns what is known about the Connection of an OAuthToken whose code counts, nil for
// none: the last one. It refuses those that do not count, and the older ones, so that they cannot
// replace what the last one gives.
func (r *Reconciler) pick(ctx context.Context, token *oauthv1alpha1.OAuthToken, uid string) (*facts, error) {
	received, err := r.received(uid)
	if err != nil {
		return nil, err
	}
	var best *facts
	for _, c := range received {
		f, known, err := r.facts(ctx, c, token)
		if err != nil {
			return nil, err
		}
		v := judge(f)
		switch {
		case !known || v.wait:
			continue
		case v.why == "" && best != nil && !f.newerThan(*best):
			err = r.refuse(ctx, f, whyReplaced)
		case v.why == "" && best != nil:
			err = r.refuse(ctx, *best, whyReplaced)
			best = &f
		case v.why == "":
			best = &f
		default:
			err = r.refuse(ctx, f, v.why)
		}
		if err != nil {
			return nil, err
		}
	}
	return best, nil
}

// received returns the Connections of an OAuthToken that wait, as the cache has them; none until
// it has all.
func (r *Reconciler) received(uid string) ([]*sessionv1alpha1.Connection, error) {
	byToken := r.opened.Load()
	if byToken == nil {
		return nil, nil
	}
	all, err := (*byToken).Of(uid)
	if err != nil {
		return nil, err
	}
	var out []*sessionv1alpha1.Connection
	for _, c := range all {
		if waits(c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// refuse says that a code is not redeemed, and why.
func (r *Reconciler) refuse(ctx context.Context, f facts, why string) error {
	if err := r.take(ctx, f.connection, why); err != nil {
		return err
	}
	if f.token != nil && why != whyReplaced {
		r.Events.Eventf(f.token, nil, corev1.EventTypeWarning, "CodeRefused", "Reconcile", "The code that a person brought back is not redeemed: %s", why)
	}
	return nil
}

// take marks a Connection as it was read. What is secret in it goes.
func (r *Reconciler) take(ctx context.Context, c *sessionv1alpha1.Connection, why string) error {
	object := c.DeepCopy()
	object.Spec.State, object.Spec.Refusal, object.Spec.Payload = sessionv1alpha1.ConnectionTaken, why, ""
	if err := r.Sessions.Live.Update(ctx, object); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	return nil
}
