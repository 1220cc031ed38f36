package lifecycle

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// However often the secret is replaced within the overlap, the value of running pods goes
// on to work. What finds no room waits and says so, and a shorter overlap makes room.
func TestNoSecretIsCutOffWithinItsOverlap(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		again func(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient, n int)
		// ready and reason are what CredentialsReady says once there is no room.
		ready  metav1.ConditionStatus
		reason string
	}{
		"twelve rotations": {func(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient, n int) {
			edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
				requested := metav1.NewTime(time.Now().Add(time.Duration(n-60) * time.Minute))
				c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &requested}
			})
		}, metav1.ConditionTrue, oauthv1alpha1.ReasonRotationBlocked},
		"twelve losses": {func(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient, _ int) {
			remove(t, g, g.Secret(t, c))
		}, metav1.ConditionFalse, oauthv1alpha1.ReasonSecretContended},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := grantor(t)
			c := service(t, g, namespace(t), "hasty")
			first := value(t, g, c)
			full := func() bool {
				condition := meta.FindStatusCondition(reload(t, g, c).Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
				return condition != nil && condition.Status == test.ready && condition.Reason == test.reason
			}
			done := 0
			for former := first; done < 12 && !full(); done++ {
				test.again(t, g, c, done)
				installation.Eventually(t, endToEnd, func() bool {
					return full() || exists(t, g, secretOf(c)) && value(t, g, c) != former
				}, func() string { return "another client secret, or a condition that says why there is none" })
				if !full() {
					former = value(t, g, c)
				}
			}
			if done != 8 {
				t.Errorf("there was no room after %d changes, not after 8", done)
			}
			stillAuthenticates(t, g, c, first, "the secret was replaced again and again")
			edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
				if c.Spec.Secret.Rotation == nil {
					c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{}
				}
				c.Spec.Secret.Rotation.Overlap = &metav1.Duration{Duration: time.Second}
			})
			installation.Eventually(t, endToEnd, func() bool { return !full() && exists(t, g, secretOf(c)) }, func() string { return "room for another secret" })
			ready(t, g, c)
			authenticates(t, g, c, value(t, g, c), endToEnd)
		})
	}
}

func secretOf(c *oauthv1alpha1.OAuthClient) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace, Name: c.ClientSecretName()}}
}
