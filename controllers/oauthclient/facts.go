package oauthclient

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// errKeysMissing says that the server's keys are not all there, so that nothing
// can be concluded about any digest.
var errKeysMissing = errors.New("the server's keys are not there")

// facts gathers what the plan depends on.
func (r *Reconciler) facts(p *pass, all peppers, digests []credentials.Credential, value string) facts {
	requested, _ := requestedRotation(p.client, p.now)
	pending, _ := r.pending.Load(client.ObjectKeyFromObject(p.client))
	text, _ := pending.(string)
	pepper, _ := all.Current()
	return facts{
		client:       p.client.UID,
		needsSecret:  p.client.Spec.Authentication.Method.HasSecret(),
		value:        value,
		credentials:  digests,
		given:        p.given,
		requested:    requested,
		interval:     interval(p.client),
		pending:      text,
		neverWritten: p.client.Status.SecretName == "",
		now:          p.now,
		pepper:       pepper,
		move:         all.due(p.now),
		mint:         credentials.Generate,
	}
}

// opened returns the client's digests that verify. Those that do not were made by
// hand, or for a server that was deleted with its keys and created again: that all
// keys are there which the present server ever had is known before this is called.
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

// peppers returns the server's peppers for a client, or errKeysMissing unless every key
// that the server needs is there.
func (r *Reconciler) peppers(ctx context.Context, server *oauthv1alpha1.OAuthServer, c *oauthv1alpha1.OAuthClient) (peppers, error) {
	secret := &corev1.Secret{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: oauthv1alpha1.KeySecretName(server.Name)}, secret)
	if apierrors.IsNotFound(err) || !keysReady(server) {
		return peppers{}, errKeysMissing
	}
	if err != nil {
		return peppers{}, fmt.Errorf("get key secret: %w", err)
	}
	ring, err := r.KeyRings.Decode(secret)
	if err != nil {
		return peppers{}, errKeysMissing
	}
	if len(ring.Lacks(server.Status.Keys, r.Now())) > 0 {
		return peppers{}, errKeysMissing
	}
	return peppersOf(ring, server, c.UID, r.Now())
}

// waitForKeys leaves a client alone that was ready: losing the pepper must not
// look like ten thousand edited Secrets. The server's change wakes it up, and a
// timer does where the server is ready and only the copy of its keys is late.
func (p *pass) waitForKeys() {
	if keysReady(p.server) {
		p.requeueAfter(conflictDelay)
	} else {
		p.requeueAfter(recheck)
	}
	ready := meta.FindStatusCondition(p.client.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
	if ready != nil && ready.Status == "True" && ready.ObservedGeneration == p.client.Generation && p.stored.Status.Issuer == p.client.Status.Issuer {
		return
	}
	message := fmt.Sprintf("OAuthServer %s/%s has no complete set of keys; see its condition KeysReady.", p.server.Namespace, p.server.Name)
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonKeysMissing, message)
	p.set.Reconciling(oauthv1alpha1.ReasonKeysMissing, message)
}
