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

// plainSecret makes a Secret that no client owns.
func plainSecret(t testing.TB, g *installation.Installation, ns, name string, change ...func(*corev1.Secret)) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Data:       map[string][]byte{"client_secret": []byte(strings.Repeat("somebody else's ", 3))},
	}
	for _, f := range change {
		f(secret)
	}
	if err := g.Admin.Create(t.Context(), secret); err != nil {
		t.Fatalf("create Secret %s: %v", name, err)
	}
	return secret
}

func TestSecretOfOthersIsNeverTouched(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	owner := service(t, g, ns, "owner")
	kinds := map[string]func(*corev1.Secret){
		"plain":         func(*corev1.Secret) {},
		"another-owner": func(s *corev1.Secret) { s.OwnerReferences = controlledBy(t, g, ns) },
		"tls": func(s *corev1.Secret) {
			s.Type = corev1.SecretTypeTLS
			s.Data = map[string][]byte{"tls.crt": {}, "tls.key": {}}
		},
		"immutable": func(s *corev1.Secret) { yes := true; s.Immutable = &yes },
		"another-clients-mark": func(s *corev1.Secret) {
			s.Labels = map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfClient, oauthv1alpha1.LabelClientUID: string(owner.UID)}
			s.Annotations = map[string]string{oauthv1alpha1.AnnotationClient: "owner"}
		},
	}
	type pair struct {
		c      *oauthv1alpha1.OAuthClient
		secret *corev1.Secret
	}
	var pairs []pair
	for name, change := range kinds {
		secret := plainSecret(t, g, ns, name, change)
		c := installation.Service(ns, "wants-"+name, secretName(name))
		if err := g.Admin.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{c, secret})
	}
	for _, p := range pairs {
		c := stalled(t, g, p.c, oauthv1alpha1.ReasonSecretNotOwned)
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionFalse, oauthv1alpha1.ReasonSecretNotOwned)
		if message := messageOf(c, oauthv1alpha1.ConditionReady); !strings.Contains(message, p.secret.Name) {
			t.Errorf("%s: the condition does not name the Secret: %s", p.secret.Name, message)
		}
		if now := reload(t, g, p.secret.DeepCopy()); now.ResourceVersion != p.secret.ResourceVersion {
			t.Errorf("%s: the Secret was written", p.secret.Name)
		}
		remove(t, g, p.secret)
	}
	end := time.Now().Add(65 * time.Second)
	for _, p := range pairs {
		installation.Eventually(t, time.Until(end), func() bool {
			return isReady(reload(t, g, p.c))
		}, func() string { return "readiness of " + p.c.Name + " after the Secret in its way is gone" })
		authenticates(t, g, p.c, value(t, g, p.c), endToEnd)
	}
}

// A copy of a Secret also has our labels and owner reference; it is not the operator's,
// also when the client's Secret gets another name.
func TestCopyOfTheSecretIsNeverTouched(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "copied")
	first := value(t, g, c)
	original := g.Secret(t, c)
	copied := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: c.Namespace, Name: "copy", Labels: original.Labels, Annotations: original.Annotations, OwnerReferences: original.OwnerReferences,
		},
		Data: original.Data,
	}
	if err := g.Admin.Create(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	edit(t, g, c, secretName("renamed"))
	ready(t, g, c)
	if now := value(t, g, c); now != first {
		t.Error("the value did not move with the name")
	}
	if now := reload(t, g, copied.DeepCopy()); now.ResourceVersion != copied.ResourceVersion {
		t.Error("the copy was written")
	}
}

// controlledBy returns the reference of a controller that has nothing to do with us.
func controlledBy(t testing.TB, g *installation.Installation, ns string) []metav1.OwnerReference {
	t.Helper()
	owner := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "somebody"}}
	if err := g.Admin.Create(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	yes := true
	return []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID, Controller: &yes}}
}

func TestImmutableSecretOfOursIsLeftAloneUntilItMustChange(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "frozen")
	first := value(t, g, c)
	secret := edit(t, g, g.Secret(t, c), func(s *corev1.Secret) { yes := true; s.Immutable = &yes })
	ready(t, g, c)
	edit(t, g, c, requestRotation(time.Now(), time.Hour))
	stalled(t, g, c, oauthv1alpha1.ReasonSecretImmutable)
	if now := g.Secret(t, c); now.ResourceVersion != secret.ResourceVersion {
		t.Error("the Secret was written")
	}
	stillAuthenticates(t, g, c, first, "a rotation is blocked")
	remove(t, g, secret)
	second := otherValue(t, g, c, first)
	ready(t, g, c)
	authenticates(t, g, c, second, endToEnd)
	stillAuthenticates(t, g, c, first, "within the overlap")
}
