package oauthclient

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// recheck is how often the operator looks again at a Secret that is not its own,
// whose changes it does not see.
const recheck = time.Minute

// errKeysMissing says that the server's keys are not all there, so that nothing
// can be concluded about any digest.
var errKeysMissing = errors.New("the server's keys are not there")

// reconcileCredentials owns the condition CredentialsReady and sums up in Ready.
// The cache answers while nothing is to be done; before anything is written the
// facts are read from the API server.
func (r *Reconciler) reconcileCredentials(ctx context.Context, p *pass) error {
	peppers, err := r.peppers(ctx, p.server)
	if errors.Is(err, errKeysMissing) {
		r.waitForKeys(p)
		return nil
	}
	if err != nil {
		return err
	}
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
		plan := decide(r.facts(p, peppers, found.value(p.client, peppers)))
		if source.cached && (plan.change != changeNone || !found.upToDate(p, plan.value)) {
			continue
		}
		return r.carryOut(ctx, p, found, plan)
	}
	return nil
}

// carryOut writes in the order that a crash between any two writes survives:
// publish the digest, write the Secret, let the former digests expire.
func (r *Reconciler) carryOut(ctx context.Context, p *pass, found secrets, plan plan) error {
	if found.foreign || found.current != nil && found.current.Immutable != nil && *found.current.Immutable && !found.upToDate(p, plan.value) {
		r.refuseSecret(p, found)
		return nil
	}
	status := &p.client.Status
	status.Credentials = publish(p.client, plan.credentials)
	if plan.change != changeNone {
		if err := r.patchStatus(ctx, p); err != nil {
			return err
		}
		r.pending.Store(client.ObjectKeyFromObject(p.client), plan.value)
	}
	if err := r.writeSecret(ctx, p, found, plan.value); err != nil {
		return r.secretRefused(p, err)
	}
	r.pending.Delete(client.ObjectKeyFromObject(p.client))
	status.SecretName = p.client.ClientSecretName()
	r.recordChange(p, plan.change)
	former := expireFormer(plan.credentials, r.Now(), overlap(p.client))
	status.Credentials = publish(p.client, former)
	p.scheduleNext(former)
	p.set.True(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonCredentialsReady, fmt.Sprintf(
		"Secret %q holds the client's credentials.", status.SecretName))
	p.set.Ready(fmt.Sprintf("Mount Secret %q; the server accepts what it holds.", status.SecretName))
	return nil
}

// facts gathers what the plan depends on.
func (r *Reconciler) facts(p *pass, peppers credentials.Peppers, value string) facts {
	pepper, _ := peppers.Current()
	requested, _ := requestedRotation(p.client, p.now)
	pending, _ := r.pending.Load(client.ObjectKeyFromObject(p.client))
	text, _ := pending.(string)
	return facts{
		client:       p.client.UID,
		needsSecret:  p.client.Spec.Authentication.Method != oauthv1alpha1.AuthenticationNone,
		value:        value,
		credentials:  opened(p.client, peppers),
		requested:    requested,
		pending:      text,
		neverWritten: p.client.Status.SecretName == "",
		now:          p.now,
		pepper:       pepper,
		mint:         credentials.Generate,
	}
}

// opened returns the client's digests that verify. Those that do not were made
// under keys that are gone for good, or by hand; neither counts.
func opened(c *oauthv1alpha1.OAuthClient, peppers credentials.Peppers) []credentials.Credential {
	var list []credentials.Credential
	for _, entry := range c.Status.Credentials {
		if credential, err := credentials.Open(peppers, c.UID, entry); err == nil {
			list = append(list, credential)
		}
	}
	return list
}

func publish(c *oauthv1alpha1.OAuthClient, list []credentials.Credential) []oauthv1alpha1.CredentialStatus {
	var entries []oauthv1alpha1.CredentialStatus
	for _, credential := range list {
		entries = append(entries, credential.Status(c.UID))
	}
	return entries
}

// peppers returns the server's peppers, or errKeysMissing unless every key that
// the server ever published is there.
func (r *Reconciler) peppers(ctx context.Context, server *oauthv1alpha1.OAuthServer) (credentials.Peppers, error) {
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.KeySecretName(server.Name)}, secret)
	if apierrors.IsNotFound(err) || !keysReady(server) {
		return nil, errKeysMissing
	}
	if err != nil {
		return nil, fmt.Errorf("get key secret: %w", err)
	}
	ring, err := keyring.Decode(secret.Data)
	if err != nil {
		return nil, errKeysMissing
	}
	for _, key := range server.Status.Keys {
		if !ring.Has(key.Use, key.ID) {
			return nil, errKeysMissing
		}
	}
	return ring.Peppers()
}

// waitForKeys leaves a client alone that was ready: losing the pepper must not
// look like ten thousand edited Secrets. The server's change wakes it up.
func (r *Reconciler) waitForKeys(p *pass) {
	ready := meta.FindStatusCondition(p.client.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
	if ready != nil && ready.Status == "True" && ready.ObservedGeneration == p.client.Generation {
		return
	}
	message := fmt.Sprintf("OAuthServer %s/%s has no complete set of keys; see its condition KeysReady.", p.server.Namespace, p.server.Name)
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonKeysMissing, message)
	p.set.Reconciling(oauthv1alpha1.ReasonKeysMissing, message)
}
