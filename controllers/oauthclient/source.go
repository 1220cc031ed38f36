package oauthclient

import (
	"context"
	"fmt"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
)

const (
	// sourceRecheck is how often the operator looks at a Secret that spec.secret.from
	// names. It has no label of the operator, so no watch covers it: a watch that did would
	// keep every Secret of the cluster in memory.
	sourceRecheck = 30 * time.Second
	// sourceWait is how often it looks for one that does not exist yet.
	sourceWait = 5 * time.Second
)

// readSource reads the value that spec.secret.from brings, empty without it. It reports
// whether the pass can go on.
func (r *Reconciler) readSource(ctx context.Context, p *pass) (value string, ok bool, err error) {
	from := p.Client.Spec.Secret.From
	if from == nil || !p.Client.Spec.Authentication.Method.HasSecret() {
		return "", true, nil
	}
	source, err := r.reader.Source(ctx, p.Client.Namespace, from.Name)
	if err != nil {
		return "", false, err
	}
	given, exists := source.Data[string(from.Key)]
	if !exists {
		p.waitForSource(from, source.UID != "")
		return "", false, nil
	}
	if why := manifest.RefuseSource(source, p.Client, string(given)); why != "" {
		p.stallCredentials(oauthv1alpha1.ReasonSourceRefused, fmt.Sprintf(
			"Key %q of Secret %q cannot be the client secret: %s. Credentials that authenticated before still do.", from.Key, from.Name, why))
		p.again.In(sourceRecheck)
		return "", false, nil
	}
	return string(given), true, nil
}

// waitForSource says that the value does not exist yet, which is about to change: by an
// External Secrets operator, or in the next step of the same deployment.
func (p *pass) waitForSource(from *oauthv1alpha1.SecretSource, exists bool) {
	message := fmt.Sprintf("Secret %q, which spec.secret.from names, does not exist; waiting for it.", from.Name)
	if exists {
		message = fmt.Sprintf("Secret %q, which spec.secret.from names, has no key %q; waiting for it.", from.Name, from.Key)
	}
	p.waitForCredentials(oauthv1alpha1.ReasonSourceNotFound, message)
	p.again.In(sourceWait)
}
