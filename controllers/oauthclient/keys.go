package oauthclient

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// readKeys reads the keys of the client's server, where they are needed.
func (r *Reconciler) readKeys(ctx context.Context, p *pass) error {
	if p.server == nil || p.decision.Refusal != nil && len(p.Client.Spec.RedirectURIsFrom) == 0 {
		return nil
	}
	var err error
	p.peppers, err = r.reader.Peppers(ctx, p.server, p.Client, p.Now)
	if p.keysMissing = errors.Is(err, gather.ErrKeysMissing); p.keysMissing {
		return nil
	}
	return err
}

// waitForKeys leaves a client alone that was ready, while its Secret is as it was:
// losing the pepper must not look like ten thousand edited Secrets. A Secret that is
// lost or changed during that time cannot be repaired, and the client says so. The
// server's change reconciles it again, and a timer does where the server is ready and
// only the copy of its keys is late.
func (r *Reconciler) waitForKeys(ctx context.Context, p *pass) error {
	if lookup.KeysReady(p.server) {
		p.again.In(reconcile.ConflictDelay)
	} else {
		p.again.In(recheck)
	}
	message := fmt.Sprintf("OAuthServer %s/%s has no complete set of keys; see its condition KeysReady.", p.server.Namespace, p.server.Name)
	ready := meta.FindStatusCondition(p.Client.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
	if ready != nil && ready.Status == "True" && ready.ObservedGeneration == p.Client.Generation && p.stored.Status.Issuer == p.Client.Status.Issuer {
		intact, err := r.intact(ctx, p)
		if err != nil || intact {
			return err
		}
		message = fmt.Sprintf("Secret %q was deleted or changed, and cannot be repaired yet: %s", p.Client.ClientSecretName(), message)
	}
	p.waitForCredentials(oauthv1alpha1.ReasonKeysMissing, message)
	return nil
}

// intact reports whether the client's Secret is what the operator last saw it to be.
// Without keys no digest shows that; an operator that was started since can tell only
// whether it exists and is whole.
func (r *Reconciler) intact(ctx context.Context, p *pass) (bool, error) {
	found, err := r.reader.Existing(ctx, p.Client, true)
	if err == nil && !r.unchanged(p, found) {
		found, err = r.reader.Existing(ctx, p.Client, false)
	}
	return err == nil && r.unchanged(p, found), err
}

func (r *Reconciler) unchanged(p *pass, found manifest.Existing) bool {
	if found.Current == nil {
		return false
	}
	value := found.CurrentValue(p.Client)
	known, ok := r.known.Load(client.ObjectKeyFromObject(p.Client))
	return (!ok || known == sha256.Sum256([]byte(value))) && found.UpToDate(p.manifest(), value)
}

// remember notes which value the client's Secret holds, for a time without keys.
func (r *Reconciler) remember(p *pass, value string) {
	r.known.Store(client.ObjectKeyFromObject(p.Client), sha256.Sum256([]byte(value)))
}
