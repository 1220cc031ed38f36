package oauthclient

import (
	"context"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
)

// reconcileCredentials owns the condition CredentialsReady of a client that is accepted.
func (r *Reconciler) reconcileCredentials(ctx context.Context, p *pass) error {
	if p.Client.Spec.Secret.Derived != nil {
		return r.reconcileDerived(ctx, p)
	}
	todo, ok, err := r.planCredentials(ctx, p)
	if err != nil || !ok {
		return err
	}
	return r.carryOut(ctx, p, todo)
}

// reconcileDerived owns the condition CredentialsReady of a client whose secret the server
// derives: there is no Secret and no digest.
func (r *Reconciler) reconcileDerived(ctx context.Context, p *pass) error {
	status := &p.Client.Status
	status.Credentials, status.SecretName, status.Binding, status.NextRotation = nil, "", nil, nil
	message := "The client has no client secret; spec.secret.derived says that it gets no Secret."
	if p.Client.Spec.Authentication.Method.HasSecret() {
		message = "The server derives the client secret from its keys; spec.secret.derived says that it is in no Secret."
	}
	p.set.True(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonCredentialsReady, message)
	if err := r.storeRedirects(ctx, p); err != nil {
		return err
	}
	return r.confirmServed(ctx, p)
}

// work is what a client's Secrets hold, and what they are to hold.
type work struct {
	found manifest.Existing
	plan  secret.Plan
}

// planCredentials says what is to be written for the condition CredentialsReady; not ok while
// that has to wait, which the condition then says. The cache answers while nothing is to be
// done; before anything is written the Secrets are read from the API server.
func (r *Reconciler) planCredentials(ctx context.Context, p *pass) (todo work, ok bool, err error) {
	if p.keysMissing {
		return work{}, false, r.waitForKeys(ctx, p)
	}
	given, ok, err := r.readSource(ctx, p)
	if err != nil || !ok {
		return work{}, false, err
	}
	if refusal := manifest.CheckTemplate(p.manifest()); refusal != nil {
		p.stallCredentials(oauthv1alpha1.ReasonTemplateRefused, refusal.Error())
		return work{}, false, nil
	}
	p.peppers.Schedule(p.Now, p.again.In)
	found, plan, err := r.plan(ctx, p, given, true)
	if err == nil && (!plan.Idle || !found.UpToDate(p.manifest(), plan.Value)) {
		found, plan, err = r.plan(ctx, p, given, false)
	}
	if err != nil || p.blocked(found, plan) {
		return work{}, false, err
	}
	return work{found, plan}, true, nil
}

// plan decides what to do with the client secret in the Secrets that exist.
func (r *Reconciler) plan(ctx context.Context, p *pass, given string, cached bool) (manifest.Existing, secret.Plan, error) {
	found, err := r.reader.Existing(ctx, p.Client, cached)
	if err != nil {
		return found, secret.Plan{}, err
	}
	pending, _ := r.pending.Load(client.ObjectKeyFromObject(p.Client))
	text, _ := pending.(string)
	digests := secret.Opened(p.Client, p.peppers.Peppers)
	return found, secret.Decide(secret.Observed{
		Client: p.Client, Peppers: p.peppers, Digests: digests, Value: found.Value(p.Client, digests), Given: given, Pending: text, Now: p.Now,
	}), nil
}

// blocked reports whether a plan cannot be carried out now, and says why.
func (p *pass) blocked(found manifest.Existing, plan secret.Plan) bool {
	switch {
	case plan.Contended:
		p.waitOutContention()
	case plan.Value == "" && !plan.Full.IsZero():
		p.waitForCapacity(plan)
	case plan.Wait > 0:
		p.unfinished = true
		p.again.In(plan.Wait)
	case found.Foreign, found.Immutable() && !found.UpToDate(p.manifest(), plan.Value):
		p.refuseSecret(found)
	default:
		return false
	}
	return true
}

// waitOutContention says that another program keeps writing the Secret.
func (p *pass) waitOutContention() {
	p.waitForCredentials(oauthv1alpha1.ReasonSecretContended, fmt.Sprintf(
		"Something keeps changing Secret %q; waiting before it is repaired again. Find out what writes it.", p.Client.ClientSecretName()))
	p.again.In(secret.RepairBackoff)
}

// waitForCapacity says that the Secret cannot be repaired before an old value ends. An
// overlap that was shortened ends it earlier.
func (p *pass) waitForCapacity(held secret.Plan) {
	p.Client.Status.Credentials = secret.Published(p.Client, held.Shortened(p.Now, secret.Overlap(p.Client)))
	p.waitForCredentials(oauthv1alpha1.ReasonSecretContended, held.CapacityMessage(p.Client.ClientSecretName()))
	p.again.In(held.Full.Sub(p.Now) + time.Second)
}

// reportCredentials says that the Secret holds what authenticates, and whether the next
// value waits.
func (p *pass) reportCredentials(done secret.Plan) {
	reason := oauthv1alpha1.ReasonCredentialsReady
	if !done.Full.IsZero() {
		reason = oauthv1alpha1.ReasonRotationBlocked
	}
	p.set.True(oauthv1alpha1.ConditionCredentialsReady, reason, done.ReadyMessage(p.Client.Status.SecretName))
}
