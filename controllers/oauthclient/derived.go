package oauthclient

import (
	"context"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
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
