package faults

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// convergence is how long Grantor may take to get over a fault that is over.
const convergence = 35 * time.Second

func edit[T client.Object](t testing.TB, g *grantor, object T, change func(T)) {
	t.Helper()
	installation.Edit(t, g.Admin, object, change)
}

func create(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

func reload(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(c), c); err != nil {
		t.Fatal(err)
	}
	return c
}

func deleteSecret(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace, Name: c.ClientSecretName()}}
	if err := g.Admin.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
}

func isReady(c *oauthv1alpha1.OAuthClient) bool {
	condition := meta.FindStatusCondition(c.Status.Conditions, oauthv1alpha1.ConditionReady)
	return condition != nil && condition.Status == metav1.ConditionTrue && condition.ObservedGeneration == c.Generation
}

// settled waits until the client is ready, done says so too, no write is missing
// (the status has its old digests' end) and the Secret authenticates.
func settled(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient, done func() bool) {
	t.Helper()
	installation.Eventually(t, convergence, func() bool { return isSettled(t, g, c) && done() },
		func() string { return fmt.Sprintf("settled client %s; its status is %+v", c.Name, c.Status) })
	mustAuthenticate(t, g, c, g.Value(t, c), "what is in the Secret")
}

func isSettled(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) bool {
	t.Helper()
	if reload(t, g, c); !isReady(c) || c.Status.SecretName != c.ClientSecretName() || len(c.Status.Credentials) == 0 {
		return false
	}
	for _, former := range c.Status.Credentials[1:] {
		if former.ExpiresAt == nil {
			return false
		}
	}
	rotation := c.Spec.Secret.Rotation
	return rotation == nil || rotation.RequestedAt.Equal(c.Status.Credentials[0].RotationRequestedAt)
}

// mustAuthenticate fails unless the replica takes the secret within 5 seconds.
func mustAuthenticate(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient, secret, what string) {
	t.Helper()
	var answer installation.Answer
	installation.Eventually(t, 5*time.Second, func() bool {
		answer = g.Post(t, "/token", c.ClientID(), secret, installation.TokenForm("read"))
		return answer.Status == http.StatusOK
	}, func() string { return fmt.Sprintf("token with %s: %d %s", what, answer.Status, answer.Body) })
}

// rotate asks for a rotation that differs from those before.
func rotate(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient, at time.Time) {
	t.Helper()
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { requestAt(c, at) })
}

func requestAt(c *oauthv1alpha1.OAuthClient, at time.Time) {
	requested := metav1.NewTime(at.Truncate(time.Second))
	if c.Spec.Secret.Rotation == nil {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{}
	}
	c.Spec.Secret.Rotation.RequestedAt = &requested
}
