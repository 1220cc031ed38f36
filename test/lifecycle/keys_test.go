package lifecycle

import (
	"maps"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func keySecret() *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: devenv.SystemNamespace, Name: oauthv1alpha1.KeySecretName(devenv.ServerName),
	}}
}

func oauthServer() *oauthv1alpha1.OAuthServer {
	return &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}}
}

// awaitServer waits until a condition of the OAuthServer has the status.
func awaitServer(t testing.TB, g *installation.Installation, conditionType string, status bool, bound time.Duration) *metav1.Condition {
	t.Helper()
	var condition *metav1.Condition
	server := oauthServer()
	installation.Eventually(t, bound, func() bool {
		condition = meta.FindStatusCondition(reload(t, g, server).Status.Conditions, conditionType)
		return (condition != nil && condition.Status == metav1.ConditionTrue) == status
	}, func() string { return "OAuthServer with " + conditionType + " as expected" })
	return condition
}

// Losing keys must not look like a lost secret of every client. These tests break
// the one server that all share, so they do not run in parallel with others.
func TestLostKeysChangeNoClientSecret(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, *installation.Installation){
		"the pepper's entry is deleted": func(t *testing.T, g *installation.Installation) {
			edit(t, g, keySecret(), func(s *corev1.Secret) {
				maps.DeleteFunc(s.Data, func(name string, _ []byte) bool { return strings.HasPrefix(name, "pepper.") })
			})
		},
		"the RSA key's entry is deleted": func(t *testing.T, g *installation.Installation) {
			edit(t, g, keySecret(), func(s *corev1.Secret) {
				maps.DeleteFunc(s.Data, func(_ string, value []byte) bool { return strings.Contains(string(value), `"alg":"RS256"`) })
			})
		},
		"the pepper's entry is garbage": func(t *testing.T, g *installation.Installation) {
			edit(t, g, keySecret(), func(s *corev1.Secret) {
				for name := range s.Data {
					if strings.HasPrefix(name, "pepper.") {
						s.Data[name] = []byte("garbage")
					}
				}
			})
		},
		"the whole key Secret is deleted": func(t *testing.T, g *installation.Installation) { remove(t, g, keySecret()) },
	} {
		t.Run(name, func(t *testing.T) {
			g := grantor(t)
			ns := namespace(t)
			c := service(t, g, ns, "steadfast")
			before := g.Secret(t, c)
			first := value(t, g, c)
			issued := token(t, g, c, first)
			backup := reload(t, g, keySecret()).DeepCopy()
			restored := false
			restore := func() {
				if restored {
					return
				}
				restored = true
				restoreKeys(t, g, backup.Data, backup.Labels, backup.Annotations)
			}
			defer restore()

			lose(t, g)
			stall := awaitServer(t, g, oauthv1alpha1.ConditionStalled, true, endToEnd)
			if stall == nil || !strings.Contains(stall.Message, keySecret().Name) || !strings.Contains(stall.Message, "estore") {
				t.Errorf("the OAuthServer does not say what to restore: %+v", stall)
			}
			// Whatever makes the operator look at the client again changes nothing.
			edit(t, g, reload(t, g, c), func(c *oauthv1alpha1.OAuthClient) { c.Labels = map[string]string{"look": "again"} })
			fresh := installation.Service(ns, "newcomer")
			if err := g.Admin.Create(t.Context(), fresh); err != nil {
				t.Fatal(err)
			}
			g.AwaitCondition(t, fresh, oauthv1alpha1.ConditionReconciling, metav1.ConditionTrue, oauthv1alpha1.ReasonKeysMissing)
			if after := g.Secret(t, c); after.ResourceVersion != before.ResourceVersion {
				t.Error("the client's Secret was written")
			}
			stillAuthenticates(t, g, c, first, "the keys are lost")
			active(t, g, c, first, issued, true, installation.Effective)

			restore()
			awaitServer(t, g, oauthv1alpha1.ConditionStalled, false, endToEnd)
			ready(t, g, fresh)
			authenticates(t, g, fresh, value(t, g, fresh), endToEnd)
			if after := g.Secret(t, c); after.ResourceVersion != before.ResourceVersion {
				t.Error("the client's Secret was written after the keys came back")
			}
			stillAuthenticates(t, g, c, first, "the keys came back")
		})
	}
}

// What is lost or edited while the keys are missing cannot be repaired. Nobody says then
// that it is ready, and all is well once the keys are back.
func TestSecretIsLostWhileKeysAreMissing(t *testing.T) {
	g := grantor(t)
	ns := namespace(t)
	gone, edited, left := service(t, g, ns, "gone"), service(t, g, ns, "edited"), service(t, g, ns, "left")
	former := map[string]string{}
	for _, c := range []*oauthv1alpha1.OAuthClient{gone, edited, left} {
		former[c.Name] = value(t, g, c)
	}
	backup := reload(t, g, keySecret()).DeepCopy()
	restore := func() { restoreKeys(t, g, backup.Data, backup.Labels, backup.Annotations) }
	defer restore()
	edit(t, g, keySecret(), func(s *corev1.Secret) {
		maps.DeleteFunc(s.Data, func(name string, _ []byte) bool { return strings.HasPrefix(name, "pepper.") })
	})
	awaitServer(t, g, oauthv1alpha1.ConditionStalled, true, endToEnd)

	remove(t, g, g.Secret(t, gone))
	edit(t, g, g.Secret(t, edited), func(s *corev1.Secret) {
		s.Data["client_secret"] = []byte(strings.Repeat("edited-", 8))
	})
	edit(t, g, left, func(c *oauthv1alpha1.OAuthClient) { c.Labels = map[string]string{"look": "again"} })
	for _, c := range []*oauthv1alpha1.OAuthClient{gone, edited} {
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionFalse, oauthv1alpha1.ReasonKeysMissing)
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonKeysMissing)
	}
	if !meta.IsStatusConditionTrue(reload(t, g, left).Status.Conditions, oauthv1alpha1.ConditionReady) {
		t.Error("a client is not ready whose Secret is as it was")
	}

	restore()
	awaitServer(t, g, oauthv1alpha1.ConditionStalled, false, endToEnd)
	for _, c := range []*oauthv1alpha1.OAuthClient{gone, edited, left} {
		ready(t, g, c)
		authenticates(t, g, c, value(t, g, c), endToEnd)
		stillAuthenticates(t, g, c, former[c.Name], "the keys came back")
	}
	if value(t, g, left) != former["left"] {
		t.Error("a Secret changed that nobody had touched")
	}
}

// restoreKeys brings the key Secret back with the data and the metadata.
func restoreKeys(t testing.TB, g *installation.Installation, data map[string][]byte, labels, annotations map[string]string) {
	t.Helper()
	secret := keySecret()
	if exists(t, g, secret) {
		edit(t, g, secret, func(s *corev1.Secret) { s.Data, s.Labels, s.Annotations = data, labels, annotations })
		return
	}
	secret = keySecret()
	secret.Data, secret.Labels, secret.Annotations = data, labels, annotations
	if err := g.Admin.Create(t.Context(), secret); err != nil {
		t.Fatalf("restore the key Secret: %v", err)
	}
}
