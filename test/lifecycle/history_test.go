package lifecycle

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Events tell each transition once, and nothing else.
func TestEventsTellEachTransitionOnce(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "eventful")
	want := map[string]int{"Normal CredentialsCreated": 1}
	awaitEvents(t, g, c, want)

	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = "Eventful" })
	ready(t, g, c)
	edit(t, g, g.Secret(t, c), func(s *corev1.Secret) { s.Data["extra"] = []byte("x") })
	awaitSecret(t, g, c, "repaired content", func(s *corev1.Secret) bool { return s.Data["extra"] == nil })
	awaitEvents(t, g, c, want)

	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	want["Warning Suspended"] = 1
	awaitEvents(t, g, c, want)
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = "Still suspended" })
	stalled(t, g, c, oauthv1alpha1.ReasonSuspended)
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = false })
	want["Normal Ready"] = 1
	awaitEvents(t, g, c, want)

	first := value(t, g, c)
	edit(t, g, g.Secret(t, c), func(s *corev1.Secret) { s.Data["client_secret"] = []byte("edited by hand") })
	otherValue(t, g, c, first)
	want["Warning SecretEdited"] = 1
	awaitEvents(t, g, c, want)
}
