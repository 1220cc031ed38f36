package oauthclient

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/replicas"
)

// carryOut writes in the order that a crash between any two writes survives. What was
// written already is not written again, so that most passes write nothing:
//
//  1. the status with the digest of a new value,
//  2. the Secret, once the replicas know the value, and the old Secrets,
//  3. the status with new redirect URIs, before the replicas are asked about them,
//  4. the status with the end of old digests and all conditions (finish).
func (r *Reconciler) carryOut(ctx context.Context, p *pass, todo work) error {
	plan := todo.plan
	if err := r.publishDigest(ctx, p, plan); err != nil {
		return err
	}
	if wait, err := r.holdsBack(ctx, p, plan); err != nil || wait {
		r.waitForReplicas(p)
		return err
	}
	if err := r.writeSecret(ctx, p, todo.found, plan.Value); err != nil {
		return p.secretRefused(err)
	}
	r.settle(p, plan)
	if err := r.storeRedirects(ctx, p); err != nil {
		return err
	}
	return r.confirmServed(ctx, p)
}

// publishDigest stores the digest of a new value before pods can see the value.
func (r *Reconciler) publishDigest(ctx context.Context, p *pass, plan secret.Plan) error {
	status := &p.Client.Status
	status.Credentials = secret.Published(p.Client, plan.Credentials)
	if plan.Change == secret.None {
		return nil
	}
	if !equality.Semantic.DeepEqual(status.Credentials, p.stored.Status.Credentials) {
		// In the same write, so that after a crash the replicas are asked.
		p.set.False(oauthv1alpha1.ConditionServed, oauthv1alpha1.ReasonReplicasBehind,
			"The credentials changed; the replicas are asked whether they have loaded them.")
	}
	if err := r.patchStatus(ctx, p); err != nil {
		return err
	}
	r.pending.Store(client.ObjectKeyFromObject(p.Client), plan.Value)
	p.published = true
	return nil
}

// writeSecret makes the Secret what it should be and then deletes the client's
// Secrets of other names.
func (r *Reconciler) writeSecret(ctx context.Context, p *pass, found manifest.Existing, value string) error {
	wanted, err := manifest.Desired(p.manifest(), found.Current, value)
	if err != nil {
		return err
	}
	switch {
	case found.Current == nil:
		if err := r.Client.Create(ctx, wanted, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
			return fmt.Errorf("create client secret: %w", err)
		}
	case !manifest.Same(found.Current, wanted):
		// The resource version of what was read guards the update.
		if err := r.Client.Update(ctx, wanted, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
			return fmt.Errorf("update client secret: %w", err)
		}
	}
	for i := range found.Old {
		old := &found.Old[i]
		err := r.Client.Delete(ctx, old, client.Preconditions{UID: &old.UID, ResourceVersion: &old.ResourceVersion})
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("delete old client secret: %w", err)
		}
	}
	return nil
}

// settle lets the old digests end, now that the Secret is written, and says what is next.
func (r *Reconciler) settle(p *pass, plan secret.Plan) {
	r.pending.Delete(client.ObjectKeyFromObject(p.Client))
	r.remember(p, plan.Value)
	status := &p.Client.Status
	status.SecretName = p.Client.ClientSecretName()
	r.recordChange(p, plan.Change)
	left := secret.ExpireOld(plan.Credentials, r.Now(), secret.Overlap(p.Client))
	status.Credentials = secret.Published(p.Client, left)
	status.NextRotation = secret.NextRotation(p.Client, left)
	status.Binding = &oauthv1alpha1.BindingStatus{Name: status.SecretName}
	secret.ScheduleNext(p.Client, left, p.Now, p.again.In)
	if p.Client.Spec.Secret.From != nil {
		p.again.In(sourceRecheck)
	}
	p.reportCredentials(plan)
}

// storeRedirects stores new redirect URIs before replicas are asked about them.
func (r *Reconciler) storeRedirects(ctx context.Context, p *pass) error {
	if p.stored.Status.RedirectURIsSeal == p.Client.Status.RedirectURIsSeal {
		return nil
	}
	// What the replicas answered before is about other redirect URIs.
	p.coverage = replicas.Coverage{}
	return r.patchStatus(ctx, p)
}

// finish writes the status and records how it changed.
func (r *Reconciler) finish(ctx context.Context, p *pass) error {
	if p.unfinished {
		return nil
	}
	r.notServed(p)
	p.Client.Status.ObservedGeneration = p.Client.Generation
	err := r.patchStatus(ctx, p)
	if err == nil {
		r.recordTransition(p.before, p.Client)
	}
	return err
}

func (r *Reconciler) patchStatus(ctx context.Context, p *pass) error {
	written, err := reconcile.PatchStatus(ctx, r.Client, p.stored, p.Client)
	if written {
		r.superseded.Note(client.ObjectKeyFromObject(p.Client), p.stored.ResourceVersion, p.Client.ResourceVersion, r.Steady())
		p.stored = p.Client.DeepCopy()
	}
	return err
}
