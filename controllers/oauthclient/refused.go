package oauthclient

import (
	"errors"
	"fmt"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// recheck is how often the operator looks again at what only a user can cure, whose changes
// it may not see: a Secret that is not its own, a quota, an admission policy.
const recheck = time.Minute

// refuseSecret says why the Secret of the client's name cannot be written.
func (p *pass) refuseSecret(found manifest.Existing) {
	name := p.Client.ClientSecretName()
	if found.Leaving {
		p.waitForCredentials(oauthv1alpha1.ReasonSecretNotOwned, fmt.Sprintf(
			"Secret %q of a deleted OAuthClient of this name is still there; waiting until it is gone.", name))
		p.again.In(recheck)
		return
	}
	if found.Foreign {
		p.stallCredentials(oauthv1alpha1.ReasonSecretNotOwned, found.Advice(name))
		return
	}
	p.stallCredentials(oauthv1alpha1.ReasonSecretImmutable, fmt.Sprintf(
		"Secret %q is immutable and must change. Delete it; the operator writes it again.", name))
}

// secretRefused turns a refusal of the API server that a user has to cure into a
// condition. What a validation or an admission policy says is left out, since it
// may quote what was to be stored.
func (p *pass) secretRefused(err error) error {
	if errors.Is(err, manifest.ErrTemplate) {
		p.stallCredentials(oauthv1alpha1.ReasonTemplateRefused, err.Error())
		return nil
	}
	code := reconcile.Refused(err)
	switch {
	case code == 0:
		return err
	case strings.Contains(err.Error(), "exceeded quota"):
		p.stallCredentials(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
			"A ResourceQuota of the namespace does not allow Secret %q. Raise the quota, or delete other objects.", p.Client.ClientSecretName()))
	default:
		p.stallCredentials(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
			"The API server or an admission policy refuses Secret %q (HTTP %d). Check spec.secret and the policies for Secrets in the namespace.",
			p.Client.ClientSecretName(), code))
	}
	return nil
}

// waitForCredentials says that the Secret is not what it should be yet.
func (p *pass) waitForCredentials(reason, message string) {
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, reason, message)
	p.set.Reconciling(reason, message)
}

// stallCredentials says that only a user can cure the Secret, and looks again later.
func (p *pass) stallCredentials(reason, message string) {
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, reason, message)
	p.set.Stalled(reason, message)
	p.again.In(recheck)
}
