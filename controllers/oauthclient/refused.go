package oauthclient

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

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
		p.stallCredentials(oauthv1alpha1.ReasonSecretNotOwned, found.advice(name))
		return
	}
	p.stallCredentials(oauthv1alpha1.ReasonSecretImmutable, fmt.Sprintf(
		"Secret %q is immutable and must change. Delete it; the operator writes it again.", name))
}

// advice says what to do about a foreign Secret. That of somebody who is known is not to
// be deleted: its owner would write it again, or lose its credentials.
func (s secrets) advice(name string) string {
	switch {
	case s.retained:
		return fmt.Sprintf("Secret %q was written for %s, which retains it, and is left alone. Choose another spec.secret.name.", name, s.holder)
	case s.holder != "":
		return fmt.Sprintf("Secret %q belongs to %s and is left alone. Choose another spec.secret.name for one of the two.", name, s.holder)
	default:
		return fmt.Sprintf(
			"Secret %q exists and does not belong to this client; it is left alone. Delete it, choose another spec.secret.name, or, if a former client of this name retained it, set spec.secret.deletionPolicy to Retain to take it over.", name)
	}
}

// secretRefused turns a refusal of the API server that a person has to cure into
// a condition. What a validation or an admission policy says is left out, since it
// may quote what was to be stored.
func (r *Reconciler) secretRefused(p *pass, err error) error {
	if errors.Is(err, errTemplate) {
		p.stallCredentials(oauthv1alpha1.ReasonTemplateRefused, err.Error())
		return nil
	}
	code := int32(0)
	if status, ok := errors.AsType[*apierrors.StatusError](err); ok {
		code = status.Status().Code
	}
	switch {
	case refusedByTermination(err), code < 400, code >= 500,
		code == http.StatusUnauthorized, code == http.StatusNotFound, code == http.StatusConflict, code == http.StatusTooManyRequests:
		return err
	case strings.Contains(err.Error(), "exceeded quota"):
		p.stallCredentials(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
			"A ResourceQuota of the namespace leaves no room for Secret %q. Raise it, or delete something.", p.client.ClientSecretName()))
	default:
		p.stallCredentials(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
			"The API server or an admission policy refuses Secret %q (HTTP %d). Check spec.secret and the policies for Secrets in the namespace.",
			p.client.ClientSecretName(), code))
	}
	return nil
}

// waitForPeace says that somebody else keeps writing the Secret.
func (p *pass) waitForPeace() {
	message := fmt.Sprintf("Something keeps changing Secret %q; waiting before it is repaired again. Find out who writes it.", p.client.ClientSecretName())
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonSecretContended, message)
	p.set.Reconciling(oauthv1alpha1.ReasonSecretContended, message)
	p.requeueAfter(peace)
}

func (p *pass) stallCredentials(reason, message string) {
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, reason, message)
	p.set.Stalled(reason, message)
	p.requeueAfter(recheck)
}
