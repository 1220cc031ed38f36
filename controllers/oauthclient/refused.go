package oauthclient

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// refuseSecret says why the Secret of the client's name cannot be written.
func (r *Reconciler) refuseSecret(p *pass, found secrets) {
	name := p.client.ClientSecretName()
	if found.leaving {
		message := fmt.Sprintf("Secret %q of a deleted OAuthClient of this name is still there; waiting until it is gone.", name)
		p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonSecretNotOwned, message)
		p.set.Reconciling(oauthv1alpha1.ReasonSecretNotOwned, message)
		p.requeueAfter(recheck)
		return
	}
	if found.foreign {
		p.stallCredentials(oauthv1alpha1.ReasonSecretNotOwned, fmt.Sprintf(
			"Secret %q exists and does not belong to this client; it is left alone. Delete it, or choose another spec.secret.name.", name))
		return
	}
	p.stallCredentials(oauthv1alpha1.ReasonSecretImmutable, fmt.Sprintf(
		"Secret %q is immutable and must change. Delete it; the operator writes it again.", name))
}

// secretRefused turns a refusal of the API server that a person has to cure into
// a condition. The text of a validation error is left out, since it may quote
// what was to be stored.
func (r *Reconciler) secretRefused(p *pass, err error) error {
	switch {
	case refusedByTermination(err):
		return err
	case apierrors.IsForbidden(err):
		p.stallCredentials(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf("The API server refuses the client's Secret: %v", err))
		return nil
	case apierrors.IsInvalid(err):
		p.stallCredentials(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
			"The API server finds Secret %q invalid. Check spec.secret.", p.client.ClientSecretName()))
		return nil
	}
	return err
}

func (p *pass) stallCredentials(reason, message string) {
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, reason, message)
	p.set.Stalled(reason, message)
	p.requeueAfter(recheck)
}
