package oauthclient

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

const (
	// sourceRecheck is how often the operator looks at a Secret that spec.secret.from
	// names. It carries no mark of ours, so no watch tells of it: one that did would
	// keep every Secret of the cluster in memory.
	sourceRecheck = 30 * time.Second
	// sourceWait is how often it looks for one that is not there yet.
	sourceWait = 5 * time.Second
	// maxGiven is how many bytes a client secret may have that the operator did not
	// make.
	maxGiven = 512
)

// readSource reads the value that spec.secret.from brings. It reports whether the pass
// can go on.
func (r *Reconciler) readSource(ctx context.Context, p *pass) (bool, error) {
	from := p.client.Spec.Secret.From
	if from == nil || !p.client.Spec.Authentication.Method.HasSecret() {
		return true, nil
	}
	source := &corev1.Secret{}
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: p.client.Namespace, Name: from.Name}, source)
	if client.IgnoreNotFound(err) != nil {
		return false, fmt.Errorf("get source secret: %w", err)
	}
	value, there := source.Data[string(from.Key)]
	if apierrors.IsNotFound(err) || !there {
		p.waitForSource(from, err == nil)
		return false, nil
	}
	if why := refuseSource(source, p.client, string(value)); why != "" {
		p.stallCredentials(oauthv1alpha1.ReasonSourceRefused, fmt.Sprintf(
			"Key %q of Secret %q cannot be the client secret: %s. What authenticated before still does.", from.Key, from.Name, why))
		p.requeueAfter(sourceRecheck)
		return false, nil
	}
	p.given = string(value)
	return true, nil
}

// refuseSource says why a value cannot be the client secret; empty if it can.
func refuseSource(source *corev1.Secret, c *oauthv1alpha1.OAuthClient, value string) string {
	switch {
	case source.Name == c.ClientSecretName(), owned(source, c):
		return "the operator itself wrote that Secret for this client"
	case source.Labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfKeys, source.Labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfPasswords:
		return "the Secret belongs to an OAuthServer"
	case source.Type != corev1.SecretTypeOpaque && source.Type != corev1.SecretTypeBasicAuth && reservedType(string(source.Type)):
		return fmt.Sprintf("the Secret is of type %s, which is for other things", source.Type)
	case len(value) < credentials.MinLength:
		return fmt.Sprintf("it has fewer than %d bytes", credentials.MinLength)
	case len(value) > maxGiven:
		return fmt.Sprintf("it has more than %d bytes", maxGiven)
	case strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c > '~' }):
		return "it has characters other than printable ASCII without spaces; does a line break end it?"
	}
	return ""
}

// waitForSource says that the value is not there, which somebody is about to cure:
// an External Secrets operator, or the next step of the same deployment.
func (p *pass) waitForSource(from *oauthv1alpha1.SecretSource, exists bool) {
	message := fmt.Sprintf("Secret %q, which spec.secret.from names, is not there; waiting for it.", from.Name)
	if exists {
		message = fmt.Sprintf("Secret %q, which spec.secret.from names, has no key %q; waiting for it.", from.Name, from.Key)
	}
	p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonSourceNotFound, message)
	p.set.Reconciling(oauthv1alpha1.ReasonSourceNotFound, message)
	p.requeueAfter(sourceWait)
}
