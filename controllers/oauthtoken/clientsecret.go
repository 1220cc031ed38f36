package oauthtoken

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

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
	part := secret.Labels[oauthv1alpha1.LabelPartOf]
	refused := func(why string) (*problem, error) {
		return &problem{oauthv1alpha1.ReasonClientSecretRefused, fmt.Sprintf("The key %q of Secret %q cannot be the client secret: %s.", ref.Key, ref.Name, why), false}, nil
	}
	switch {
	case part == oauthv1alpha1.PartOfKeys, part == oauthv1alpha1.PartOfPasswords:
		return refused("the Secret belongs to an OAuthServer")
	case secret.Type != corev1.SecretTypeOpaque && secret.Type != corev1.SecretTypeBasicAuth && manifest.ReservedType(string(secret.Type)):
		return refused(fmt.Sprintf("the Secret is of type %s, which is for other things", secret.Type))
	case value == "":
		return refused("there is no such key, or it is empty")
	case len(value) > maxClientSecret:
		return refused(fmt.Sprintf("it has more than %d bytes", maxClientSecret))
	case strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c > '~' }):
		return refused("it has characters other than printable ASCII without spaces; does a line break end it?")
	}
	s.client.Secret = value
	return nil, nil //nolint:nilnil // nothing is wrong with it
}
