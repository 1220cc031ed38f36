package lifecycle

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// edit changes an object as a person would: reads it, changes it, writes it.
func edit[T client.Object](t testing.TB, g *installation.Installation, object T, change func(T)) T {
	t.Helper()
	return installation.Edit(t, g.Admin, object, change)
}

// editStatus changes a status by hand.
func editStatus(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, change func(*oauthv1alpha1.OAuthClientStatus)) {
	t.Helper()
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(c), c); err != nil {
			return err
		}
		change(&c.Status)
		return g.Admin.Status().Update(t.Context(), c)
	})
	if err != nil {
		t.Fatalf("edit status of %s: %v", c.Name, err)
	}
}

func remove(t testing.TB, g *installation.Installation, object client.Object) {
	t.Helper()
	if err := g.Admin.Delete(t.Context(), object); err != nil {
		t.Fatalf("delete %s: %v", object.GetName(), err)
	}
}

func reload[T client.Object](t testing.TB, g *installation.Installation, object T) T {
	t.Helper()
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		t.Fatalf("get %s: %v", object.GetName(), err)
	}
	return object
}

func exists(t testing.TB, g *installation.Installation, object client.Object) bool {
	t.Helper()
	err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object)
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	return !apierrors.IsNotFound(err)
}

// ready waits until the client is ready for its present generation.
func ready(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	return g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
}

// equipped waits until the client has credentials, which is as far as one comes whose
// server has no replica.
func equipped(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionTrue, "")
	return g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonNoReadyReplica)
}

// unserved creates a client of a server without replicas.
func unserved(t testing.TB, g *installation.Installation, ns, name string, changes ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	t.Helper()
	return equipped(t, g, create(t, g, installation.Service(ns, name, changes...)))
}

// stalled waits until the client is stalled for the reason.
func stalled(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, reason string) *oauthv1alpha1.OAuthClient {
	t.Helper()
	return g.AwaitCondition(t, c, oauthv1alpha1.ConditionStalled, metav1.ConditionTrue, reason)
}

// awaitSecret waits until the client's Secret is as done wants it.
func awaitSecret(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, what string, done func(*corev1.Secret) bool) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{}
	key := client.ObjectKey{Namespace: c.Namespace, Name: c.ClientSecretName()}
	installation.Eventually(t, 5*time.Second, func() bool {
		err := g.Admin.Get(t.Context(), key, secret)
		if client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
		return err == nil && done(secret)
	}, func() string { return what + " in Secret " + key.Name })
	remember(secret.Data["client_secret"])
	return secret
}

// otherValue waits until the client's Secret holds another value than the old one.
func otherValue(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, former string) string {
	t.Helper()
	secret := awaitSecret(t, g, c, "another client secret", func(s *corev1.Secret) bool {
		value := string(s.Data["client_secret"])
		return value != "" && value != former
	})
	return string(secret.Data["client_secret"])
}

// value returns the client secret in the client's Secret.
func value(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) string {
	t.Helper()
	v := g.Value(t, c)
	remember([]byte(v))
	return v
}

// service returns a service that is ready.
func service(t testing.TB, g *installation.Installation, ns, name string, change ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	t.Helper()
	return g.Create(t, installation.Service(ns, name, change...))
}

// requestRotation asks for a rotation that differs from all before.
func requestRotation(at time.Time, overlap time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		requested := metav1.NewTime(at.Truncate(time.Second))
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{
			RequestedAt: &requested, Overlap: &metav1.Duration{Duration: overlap},
		}
	}
}
