package faults

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// due is the age at which the secrets of these tests are replaced. It is longer than it
// takes to get over a crash, so that one rotation is over before the next.
const due = 12 * time.Second

func rotateEvery(interval time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{
			Interval: &metav1.Duration{Duration: interval}, Overlap: &metav1.Duration{Duration: interval},
		}
	}
}

// keepSource makes or changes the Secret from which a client takes its secret, and
// returns the new value.
func keepSource(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) string {
	t.Helper()
	value := credentials.Generate()
	s := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name + "-source"}, Data: map[string][]byte{"password": []byte(value)},
	}
	err := g.Admin.Create(t.Context(), s)
	if err != nil {
		edit(t, g, s, func(s *corev1.Secret) { s.Data = map[string][]byte{"password": []byte(value)} })
	}
	return value
}

func takeGiven(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: c.Name + "-source", Key: "password"}
}

func useTemplate(text string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Template = &oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{
			"LINE": oauthv1alpha1.SecretTemplateText(text + " {{ .clientID }}:{{ .clientSecret }}"),
		}}
	}
}

// The same for what replaces secrets without a request, takes them from elsewhere or
// writes the Secret for another reason.
func TestCrashBetweenAnyTwoWritesOfASecret(t *testing.T) {
	crashEverywhere(t, map[string]job{
		"aged secret": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
			// Its later rotations would be counted as writes of the next round.
			t.Cleanup(func() {
				if err := g.Admin.Delete(context.Background(), c); err != nil {
					t.Error(err)
				}
			})
			edit(t, g, c, rotateEvery(due))
		}, created: true, values: 2, ages: true},
		"given secret": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
			keepSource(t, g, c)
			edit(t, g, c, takeGiven)
		}, created: true, values: 2},
		"given secret of a new client": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
			keepSource(t, g, c)
			takeGiven(c)
			create(t, g, c)
		}, values: 1},
		"template": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
			edit(t, g, c, useTemplate("first"))
		}, created: true, values: 1},
		"template and rename": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
			edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
				useTemplate("first")(c)
				c.Spec.Secret.Name = c.Name + "-elsewhere"
			})
		}, created: true, values: 1},
	})
}
