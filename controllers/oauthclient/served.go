package oauthclient

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
	"github.com/grantor-dev/grantor/controllers/replicas"
)

const (
	// askEvery and askFor bound how a reconcile waits for replicas, which receive a
	// change within milliseconds as a rule.
	askEvery, askFor = 20 * time.Millisecond, 400 * time.Millisecond
	// holdValue is how long a new value waits for replicas that are behind: one that
	// receives nothing for longer is not ready by itself.
	holdValue = time.Minute
)

// Replicas asks the replicas of a server about a client.
type Replicas interface {
	Coverage(ctx context.Context, server *oauthv1alpha1.OAuthServer, c *oauthv1alpha1.OAuthClient) (replicas.Coverage, error)
}

// confirmServed owns the condition Served and sums up in Ready. In the steady state no
// replica is asked.
func (r *Reconciler) confirmServed(ctx context.Context, p *pass) error {
	if !p.served(p.stored) && !p.coverage.Complete() {
		if err := r.askReplicas(ctx, p); err != nil {
			return err
		}
		if !p.coverage.Complete() {
			r.waitForReplicas(p)
			p.unfinished = p.begins()
			return nil
		}
	}
	r.behind.Forget(client.ObjectKeyFromObject(p.Client))
	p.set.True(oauthv1alpha1.ConditionServed, oauthv1alpha1.ReasonServed,
		"Every ready replica of the server has loaded the client.")
	if p.lacksRedirects() {
		return nil
	}
	if p.Client.Spec.Secret.Derived != nil {
		p.set.Ready("The server accepts the client.")
		return nil
	}
	p.set.Ready(fmt.Sprintf("Mount Secret %q; the server accepts its credentials.", p.Client.Status.SecretName))
	return nil
}

// served reports whether it is known already that this generation is served. A
// change of the credentials or of redirect URIs takes the condition back first.
func (p *pass) served(c *oauthv1alpha1.OAuthClient) bool {
	condition := meta.FindStatusCondition(c.Status.Conditions, oauthv1alpha1.ConditionServed)
	return !p.published && condition != nil && condition.Status == "True" && condition.ObservedGeneration == p.Client.Generation
}

// begins reports whether this pass stored the first digest of a client and replicas are a
// moment behind, which the status says already: the next pass writes it once, mostly as Ready.
// A client that was Ready without a secret is not ready any more, which cannot wait.
func (p *pass) begins() bool {
	return !meta.IsStatusConditionTrue(p.before.Status.Conditions, oauthv1alpha1.ConditionReady) &&
		len(p.before.Status.Credentials) == 0 && len(p.stored.Status.Credentials) > 0 && p.coverage.Behind > 0 && !p.coverage.Impossible()
}

// askReplicas asks until all replicas have loaded what is stored, or for a moment. Those
// that were behind before, or offer no way to authenticate, are asked once.
func (r *Reconciler) askReplicas(ctx context.Context, p *pass) error {
	key := client.ObjectKeyFromObject(p.Client)
	if p.published {
		r.behind.Forget(key)
	}
	p.behindFor = r.behind.For(key, p.Client.UID, p.Client.Generation, r.Steady())
	err := wait.PollUntilContextTimeout(ctx, askEvery, askFor, true, func(ctx context.Context) (bool, error) {
		coverage, err := r.Replicas.Coverage(ctx, p.server, p.stored)
		if ctx.Err() == nil {
			p.coverage = coverage
		}
		return err == nil && (coverage.Behind == 0 || p.behindFor > 0 || coverage.Impossible()), err
	})
	if err != nil && !wait.Interrupted(err) {
		return fmt.Errorf("ask replicas: %w", err)
	}
	return nil
}

// holdsBack reports whether a new value should not be written yet: while the old
// one works everywhere, a replica that does not know the new one would refuse it.
func (r *Reconciler) holdsBack(ctx context.Context, p *pass, plan secret.Plan) (bool, error) {
	if plan.Value == "" || plan.Change == secret.None && !plan.Replaces {
		return false, nil
	}
	if err := r.askReplicas(ctx, p); err != nil {
		return false, err
	}
	if !plan.Replaces || p.coverage.Behind == 0 {
		return false, nil
	}
	left := holdValue - p.Now.Sub(plan.Credentials[0].CreatedAt)
	if left > 0 {
		p.again.In(left)
	}
	return left > 0, nil
}

// waitForReplicas says how many replicas are behind.
func (r *Reconciler) waitForReplicas(p *pass) {
	reason, message := oauthv1alpha1.ReasonReplicasBehind, fmt.Sprintf(
		"%d of %d ready replicas of OAuthServer %s/%s have not loaded the client yet, do not offer its authentication.method, or do not answer the operator on their internal port.",
		p.coverage.Behind, p.coverage.Behind+p.coverage.Loaded, p.server.Namespace, p.server.Name)
	again := replicas.Pause(p.behindFor)
	if p.coverage.Behind == 0 {
		r.behind.Forget(client.ObjectKeyFromObject(p.Client))
		reason, message, again = oauthv1alpha1.ReasonNoReadyReplica, fmt.Sprintf(
			"Service %q has no ready replica of OAuthServer %s/%s. Check its pods.",
			oauthv1alpha1.ServiceName(p.server.Name), p.server.Namespace, p.server.Name), recheck
	}
	p.again.In(again)
	if p.coverage.Impossible() {
		reason, message = oauthv1alpha1.ReasonMethodNotOffered, fmt.Sprintf(
			"No replica of OAuthServer %s/%s takes certificates, which spec.authentication.method %s or the binding of the client's access tokens needs. Choose others, or ask the server's administrator to set spec.clientCertificates.",
			p.server.Namespace, p.server.Name, p.Client.Spec.Authentication.Method)
		p.set.False(oauthv1alpha1.ConditionServed, reason, message)
		p.set.Stalled(reason, message)
		return
	}
	p.set.False(oauthv1alpha1.ConditionServed, reason, message)
	p.set.Reconciling(reason, message)
}

// notServed says that no replica is asked while there is nothing to ask for.
func (r *Reconciler) notServed(p *pass) {
	if meta.IsStatusConditionTrue(p.Client.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady) {
		return
	}
	r.behind.Forget(client.ObjectKeyFromObject(p.Client))
	reason := oauthv1alpha1.ReasonCredentialsNotReady
	if !meta.IsStatusConditionTrue(p.Client.Status.Conditions, oauthv1alpha1.ConditionAccepted) {
		reason = oauthv1alpha1.ReasonNotAccepted
	}
	p.set.False(oauthv1alpha1.ConditionServed, reason, "The replicas are not asked before the conditions Accepted and CredentialsReady are true.")
}
