package oauthtoken

import (
	"cmp"
	"context"
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
)

// maxClientSecret is how many bytes a client secret may have.
const maxClientSecret = 4096

// clientSecret reads the client secret for a provider.
func (r *Reconciler) clientSecret(ctx context.Context, p *pass, s *source) (*problem, error) {
	ref := p.Spec.ClientSecretRef
	if ref == nil {
		return nil, nil //nolint:nilnil // a public client has none
	}
	secret, err := r.secret(ctx, p, ref.Name)
	if err != nil {
		return nil, err
	}
	if secret == nil {
		return &problem{oauthv1alpha1.ReasonClientSecretNotFound, fmt.Sprintf("Secret %q, which spec.clientSecretRef names, does not exist.", ref.Name), false}, nil
	}
	value := string(secret.Data[string(ref.Key)])
	why := cmp.Or(manifest.RefuseUse(secret), manifest.RefuseText(value))
	switch {
	case why != "":
	case value == "":
		why = "there is no such key, or it is empty"
	case len(value) > maxClientSecret:
		why = fmt.Sprintf("it has more than %d bytes", maxClientSecret)
	}
	if why != "" {
		return &problem{oauthv1alpha1.ReasonClientSecretRefused, fmt.Sprintf("The key %q of Secret %q cannot be the client secret: %s.", ref.Key, ref.Name, why), false}, nil
	}
	s.client.Secret = value
	return nil, nil //nolint:nilnil // nothing is wrong with it
}
