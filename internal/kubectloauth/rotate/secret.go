package rotate

import (
	"fmt"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// ofSecret returns the rotation of the secret of an OAuthClient, if it has one that the
// operator makes.
func ofSecret(c *oauthv1alpha1.OAuthClient) (*rotation, error) {
	r := &rotation{
		object: c, title: fmt.Sprintf("OAuthClient %s/%s", c.Namespace, c.Name),
		field: "spec.secret.rotation.requestedAt", format: `{"metadata":{"resourceVersion":%q},"spec":{"secret":{"rotation":{"requestedAt":%q}}}}`,
		clear:    func() { *c = oauthv1alpha1.OAuthClient{} },
		complete: func(requested time.Time) bool { return written(c.Status.Credentials, requested) },
		waits:    func() string { return condition(c.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady) },
		done:     func() string { return fmt.Sprintf("Secret %q has a new client secret.", c.ClientSecretName()) },
	}
	secret := c.Spec.Secret
	switch {
	case !c.Spec.Authentication.Method.HasSecret():
		return nil, fmt.Errorf("%s authenticates with %s and has no client secret (spec.authentication.method)", r.title, c.Spec.Authentication.Method)
	case secret.Derived != nil:
		return nil, fmt.Errorf("%s has a derived client secret (spec.secret.derived): its registration endpoint replaces it", r.title)
	case secret.From != nil:
		return nil, fmt.Errorf("%s takes its client secret from Secret %q (spec.secret.from): replace the value there", r.title, secret.From.Name)
	case secret.Rotation != nil:
		r.before = secret.Rotation.RequestedAt
	}
	return r, nil
}

// written reports whether the newest digest is of the request, and those before have got their
// end, which they get when the Secret has the new value.
func written(list []oauthv1alpha1.CredentialStatus, requested time.Time) bool {
	if len(list) == 0 || list[0].RotationRequestedAt == nil || !list[0].RotationRequestedAt.Time.Equal(requested) {
		return false
	}
	for _, former := range list[1:] {
		if former.ExpiresAt == nil {
			return false
		}
	}
	return true
}
