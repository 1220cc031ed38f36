package lifecycle

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Skipping consent gives the owner of a client tokens of every user who is signed in.
func TestClientThatSkipsConsentIsRefused(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	consent := func(mode oauthv1alpha1.ConsentMode) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = mode }
	}
	c := create(t, g, installation.Service(namespace(t), "eager", consent(oauthv1alpha1.ConsentSkip)))
	notAccepted(t, g, c, oauthv1alpha1.ReasonConsentNotAllowed)
	stalled(t, g, c, oauthv1alpha1.ReasonConsentNotAllowed)
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionFalse, oauthv1alpha1.ReasonNotAccepted)
	// It is cured by the value that the message names, and comes back when edited again.
	edit(t, g, c, consent(oauthv1alpha1.ConsentRemember))
	ready(t, g, c)
	edit(t, g, c, consent(oauthv1alpha1.ConsentSkip))
	notAccepted(t, g, c, oauthv1alpha1.ReasonConsentNotAllowed)
}
