package manifest

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// maxSource is how many bytes a client secret may have that the operator did not make.
const maxSource = 512

// RefuseSource says why a value cannot be the client secret; empty if it can.
func RefuseSource(source *corev1.Secret, c *oauthv1alpha1.OAuthClient, value string) string {
	switch {
	case source.Name == c.ClientSecretName(), Owned(source, c):
		return "the operator itself wrote that Secret for this client"
	case RefuseUse(source) != "":
		return RefuseUse(source)
	case len(value) < credentials.MinLength:
		return fmt.Sprintf("it has fewer than %d bytes", credentials.MinLength)
	case len(value) > maxSource:
		return fmt.Sprintf("it has more than %d bytes", maxSource)
	}
	return RefuseText(value)
}

// RefuseUse says why nothing in a Secret can be a client secret; empty if it can.
func RefuseUse(source *corev1.Secret) string {
	switch part := source.Labels[oauthv1alpha1.LabelPartOf]; {
	case part == oauthv1alpha1.PartOfKeys, part == oauthv1alpha1.PartOfPasswords, part == oauthv1alpha1.PartOfProviders:
		return "the Secret belongs to an OAuthServer"
	case part == oauthv1alpha1.PartOfToken:
		return "the Secret belongs to an OAuthToken"
	case source.Type != corev1.SecretTypeOpaque && source.Type != corev1.SecretTypeBasicAuth && ReservedType(string(source.Type)):
		return fmt.Sprintf("the Secret is of type %s, which is for other things", source.Type)
	}
	return ""
}

// RefuseText says which characters a client secret must not have; empty if it has none.
func RefuseText(value string) string {
	if strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "it has characters other than printable ASCII without spaces; does a line break end it?"
	}
	return ""
}
