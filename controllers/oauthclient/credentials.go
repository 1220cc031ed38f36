package oauthclient

import (
	"context"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// recheck is how often the operator looks again at a Secret that is not its own,
// whose changes it does not see.
const recheck = time.Minute

// reconcileCredentials owns the condition CredentialsReady.
// The cache answers while nothing is to be done; before anything is written the
// facts are read from the API server.
func (r *Reconciler) reconcileCredentials(ctx context.Context, p *pass) error {
	peppers, err := r.peppers(ctx, p.server, p.client)
	if errors.Is(err, errKeysMissing) {
		return r.waitForKeys(ctx, p)
	}
	if err != nil {
		return err
	}
	if ready, err := r.readSource(ctx, p); err != nil || !ready {
		return err
	}
	if refusal := checkTemplate(p); refusal != nil {
		p.stallCredentials(oauthv1alpha1.ReasonTemplateRefused, refusal.Error())
		return nil
	}
	p.scheduleMove(peppers)
	digests := opened(p.client, peppers.Peppers)
	uid := string(p.client.UID)
	for _, source := range []struct {
		reader client.Reader
		which  client.ListOption
		cached bool
	}{
		{r.Client, client.MatchingFields{indexClientUID: uid}, true},
		{r.Live, client.MatchingLabels{oauthv1alpha1.LabelClientUID: uid}, false},
	} {
		found, err := findSecrets(ctx, source.reader, source.which, p.client)
		if err != nil {
			return err
		}
		facts := r.facts(p, peppers, digests, found.value(p.client, digests))
		plan := decide(facts)
		idle := plan.change == changeNone && plan.wait == 0 && !plan.moved && len(plan.credentials) == len(facts.credentials) && found.upToDate(p, plan.value)
		if source.cached && !idle {
			continue
		}
		if contended(facts, plan) {
			p.waitForPeace()
			return nil
		}
		if plan.value == "" && !plan.full.IsZero() {
			p.waitForRoom(plan)
			return nil
		}
		return r.carryOut(ctx, p, found, plan)
	}
	return nil
}

// carryOut writes in the order that a crash between any two writes survives:
// publish the digest, write the Secret once the replicas know the value, let the
// former digests expire.
func (r *Reconciler) carryOut(ctx context.Context, p *pass, found secrets, plan plan) error {
	if plan.wait > 0 {
		p.leaveFor(plan.wait)
		return nil
	}
	if found.foreign || found.current != nil && found.current.Immutable != nil && *found.current.Immutable && !found.upToDate(p, plan.value) {
		r.refuseSecret(p, found)
		return nil
	}
	status := &p.client.Status
	status.Credentials = publish(p.client, plan.credentials)
	if plan.change != changeNone {
		if !equality.Semantic.DeepEqual(status.Credentials, p.stored.Status.Credentials) {
			// In the same write, so that after a crash the replicas are asked.
			p.set.False(oauthv1alpha1.ConditionServed, oauthv1alpha1.ReasonReplicasBehind,
				"The credentials changed; the replicas are asked whether they have loaded them.")
		}
		if err := r.patchStatus(ctx, p); err != nil {
			return err
		}
		r.pending.Store(client.ObjectKeyFromObject(p.client), plan.value)
		p.published = true
	}
	if wait, err := r.holdsBack(ctx, p, plan); err != nil || wait {
		p.waitForReplicas()
		return err
	}
	if err := r.writeSecret(ctx, p, found, plan.value); err != nil {
		return r.secretRefused(p, err)
	}
	r.pending.Delete(client.ObjectKeyFromObject(p.client))
	r.remember(p, plan.value)
	status.SecretName = p.client.ClientSecretName()
	r.recordChange(p, plan.change)
	former := expireFormer(plan.credentials, r.Now(), overlap(p.client))
	status.Credentials = publish(p.client, former)
	status.NextRotation = nextRotation(p.client, former)
	status.Binding = &oauthv1alpha1.BindingStatus{Name: status.SecretName}
	p.scheduleNext(former)
	p.reportCredentials(plan)
	return r.reconcileServed(ctx, p)
}
