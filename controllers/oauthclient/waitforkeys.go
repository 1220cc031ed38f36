package oauthclient

import (
	"context"
	"crypto/sha256"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// waitForKeys leaves a client alone that was ready, while its Secret is there as it was:
// losing the pepper must not look like ten thousand edited Secrets. A Secret that is lost
// or changed meanwhile cannot be repaired, and the client says so. The server's change
// wakes it up, and a timer does where the server is ready and only the copy of its keys
// is late.
func (r *Reconciler) waitForKeys(ctx context.Context, p *pass) error {
	if keysReady(p.server) {
		p.requeueAfter(conflictDelay)
	} else {
		p.requeueAfter(recheck)
	}
	message := fmt.Sprintf("OAuthServer %s/%s has no complete set of keys; see its condition KeysReady.", p.server.Namespace, p.server.Name)
	ready := meta.FindStatusCondition(p.client.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
	if ready != nil && ready.Status == "True" && ready.ObservedGeneration == p.client.Generation && p.stored.Status.Issuer == p.client.Status.Issuer {
		intact, err := r.intact(ctx, p)
		if err != nil || intact {
			return err
		}
		message = fmt.Sprintf("Secret %q is gone or was changed, and waits to be repaired: %s", p.client.ClientSecretName(), message)
	}
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonKeysMissing, message)
	p.set.Reconciling(oauthv1alpha1.ReasonKeysMissing, message)
	return nil
}

// intact reports whether the client's Secret is what the operator last saw it to be.
// Without keys no digest tells that; an operator that was started since can tell only
// whether it is there and whole.
func (r *Reconciler) intact(ctx context.Context, p *pass) (bool, error) {
	uid := string(p.client.UID)
	found, err := findSecrets(ctx, r.Client, client.MatchingFields{indexClientUID: uid}, p.client)
	if err == nil && !r.unchanged(p, found) {
		// That something is absent from a cache is no evidence that it does not exist.
		found, err = findSecrets(ctx, r.Live, client.MatchingLabels{oauthv1alpha1.LabelClientUID: uid}, p.client)
	}
	return err == nil && r.unchanged(p, found), err
}

func (r *Reconciler) unchanged(p *pass, found secrets) bool {
	if found.current == nil {
		return false
	}
	value := secretValue(found.current, p.client)
	known, ok := r.known.Load(client.ObjectKeyFromObject(p.client))
	return (!ok || known == sha256.Sum256([]byte(value))) && found.upToDate(p, value)
}

// remember notes which value the client's Secret holds, for a time without keys.
func (r *Reconciler) remember(p *pass, value string) {
	r.known.Store(client.ObjectKeyFromObject(p.client), sha256.Sum256([]byte(value)))
}
