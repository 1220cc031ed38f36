package lifecycle

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestD22DeletedSecretComesBackWithAnotherValue(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "lost", requestRotationOverlap(4*time.Second))
	first := value(t, g, c)
	id := string(g.Secret(t, c).Data["client_id"])
	issued := token(t, g, c, first)
	start := time.Now()
	remove(t, g, g.Secret(t, c))
	second := otherValue(t, g, c, first)
	authenticates(t, g, c, second, time.Until(start.Add(endToEnd)))
	stillAuthenticates(t, g, c, first, "within the overlap")
	active(t, g, c, second, issued, true, installation.Effective)
	if now := string(g.Secret(t, c).Data["client_id"]); now != id {
		t.Errorf("the client ID changed from %q to %q", id, now)
	}
	awaitEvent(t, g, c, "Warning SecretLost")
	refused(t, g, c, first, 8*time.Second)
	stillAuthenticates(t, g, c, second, "after the overlap")
}

// requestRotationOverlap sets the overlap without asking for a rotation.
func requestRotationOverlap(overlap time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{Overlap: &metav1.Duration{Duration: overlap}}
	}
}

// A client secret that a person wrote never authenticates, and is replaced.
func TestD23EditedClientSecretIsReplacedAndNeverAuthenticates(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	for name, edited := range map[string]string{
		"a long one":  strings.Repeat("written-by-a-person-", 3),
		"a short one": "password",
		"none":        "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := service(t, g, ns, strings.ReplaceAll(name, " ", "-"))
			first := value(t, g, c)
			authenticates(t, g, c, first, endToEnd)
			start := time.Now()
			edit(t, g, g.Secret(t, c), func(s *corev1.Secret) { s.Data["client_secret"] = []byte(edited) })
			secret := awaitSecret(t, g, c, "a new client secret", func(s *corev1.Secret) bool {
				now := string(s.Data["client_secret"])
				if edited != "" {
					neverAuthenticates(t, g, c, edited, "the edited value")
				}
				return now != edited && now != first
			})
			authenticates(t, g, c, string(secret.Data["client_secret"]), time.Until(start.Add(endToEnd)))
			stillAuthenticates(t, g, c, first, "within the overlap")
			if edited != "" {
				neverAuthenticates(t, g, c, edited, "the edited value, later")
				awaitEvent(t, g, c, "Warning SecretEdited")
			}
		})
	}
}

// Everything else that a person changes comes back, and the value stays.
func TestOtherDriftIsRepairedWithoutANewValue(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	for name, spoil := range map[string]func(*corev1.Secret){
		"client-id":         func(s *corev1.Secret) { s.Data["client_id"] = []byte("somebody.else") },
		"issuer":            func(s *corev1.Secret) { s.Data["issuer"] = []byte("https://evil.example") },
		"endpoint-removed":  func(s *corev1.Secret) { delete(s.Data, "token_endpoint") },
		"extra-key":         func(s *corev1.Secret) { s.Data["extra"] = []byte("x") },
		"labels":            func(s *corev1.Secret) { s.Labels = nil },
		"annotations":       func(s *corev1.Secret) { s.Annotations = nil },
		"wrong-annotations": func(s *corev1.Secret) { s.Annotations[oauthv1alpha1.AnnotationClient] = "nobody" },
		"owner":             func(s *corev1.Secret) { s.OwnerReferences = nil },
		"labels-of-others":  func(s *corev1.Secret) { s.Labels[oauthv1alpha1.LabelClientUID] = "somebody" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := service(t, g, ns, "drift-"+name)
			want := g.Secret(t, c)
			remember(want.Data["client_secret"])
			edit(t, g, g.Secret(t, c), spoil)
			now := awaitSecret(t, g, c, "repaired content", func(s *corev1.Secret) bool { return sameSecret(s, want) })
			if string(now.Data["client_secret"]) != string(want.Data["client_secret"]) {
				t.Error("the client secret changed")
			}
			ready(t, g, c)
			remove(t, g, c)
			installation.Eventually(t, 65*time.Second, func() bool { return !exists(t, g, now) },
				func() string { return "end of the repaired Secret with its client" })
		})
	}
}

func sameSecret(a, b *corev1.Secret) bool {
	return equalJSON(a.Data, b.Data) && equalJSON(a.Labels, b.Labels) && equalJSON(a.Annotations, b.Annotations) &&
		equalJSON(a.OwnerReferences, b.OwnerReferences)
}
