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

// collected allows for a garbage collector that learns of a new kind only at its
// next resync.
const collected = 65 * time.Second

func retain(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Secret.DeletionPolicy = oauthv1alpha1.DeletionPolicyRetain
}

func TestDeletedClientEndsAndRecreationRevivesNothing(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "mortal", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(ns + ".witness")}
	})
	witness := service(t, g, ns, "witness")
	first, witnessSecret := value(t, g, c), value(t, g, witness)
	authenticates(t, g, c, first, endToEnd)
	issued := tokenFor(t, g, c, first, witness.ClientID())
	active(t, g, witness, witnessSecret, issued, true, installation.Effective)
	secret := g.Secret(t, c)

	remove(t, g, c)
	refused(t, g, c, first, installation.Effective)
	active(t, g, witness, witnessSecret, issued, false, installation.Effective)
	installation.Eventually(t, collected, func() bool { return !exists(t, g, secret) },
		func() string { return "end of the deleted client's Secret" })

	again := service(t, g, ns, "mortal")
	second := value(t, g, again)
	if second == first {
		t.Fatal("the new client has its predecessor's secret")
	}
	authenticates(t, g, again, second, endToEnd)
	neverAuthenticates(t, g, again, first, "the predecessor's secret")
	active(t, g, witness, witnessSecret, issued, false, installation.Effective)
}

func TestRetainedSecretIsAdoptedWithItsValue(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	keys := func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Keys.ClientSecret = "PASSWORD" }
	c := service(t, g, ns, "kept", retain, keys)
	secret := g.Secret(t, c)
	first := string(secret.Data["PASSWORD"])
	remember([]byte(first))
	if len(secret.OwnerReferences) > 0 {
		t.Error("a retained Secret has an owner")
	}
	issued := token(t, g, c, first)
	remove(t, g, c)
	refused(t, g, c, first, installation.Effective)
	if !exists(t, g, secret) {
		t.Fatal("the retained Secret is gone")
	}

	again := service(t, g, ns, "kept", retain, func(c *oauthv1alpha1.OAuthClient) {
		requested := metav1.NewTime(time.Now().Add(-time.Hour))
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &requested}
	})
	if now := value(t, g, again); now != first {
		t.Error("the retained value was not adopted")
	}
	authenticates(t, g, again, first, endToEnd)
	active(t, g, again, first, issued, false, installation.Effective)
	awaitEvents(t, g, again, map[string]int{"Normal CredentialsAdopted": 1})
}

// A Secret that a client of another name or without Retain finds is not its own.
func TestRetainedSecretIsNotAdoptedByOthers(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "legacy", retain)
	secret := g.Secret(t, c)
	remember(secret.Data["client_secret"])
	remove(t, g, c)
	for _, other := range []*oauthv1alpha1.OAuthClient{
		installation.Service(ns, "legacy"),
		installation.Service(ns, "thief", retain, secretName(secret.Name)),
	} {
		if err := g.Admin.Create(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		stalled(t, g, other, oauthv1alpha1.ReasonSecretNotOwned)
	}
	if now := reload(t, g, secret.DeepCopy()); now.ResourceVersion != secret.ResourceVersion {
		t.Error("the Secret was written")
	}
}

// A retained value that is too short to be a client secret is not adopted.
func TestShortRetainedValueIsReplaced(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "weak", retain)
	secret := g.Secret(t, c)
	remove(t, g, c)
	const short = "0123456789012345678901234567890"
	edit(t, g, secret, func(s *corev1.Secret) { s.Data["client_secret"] = []byte(short) })
	again := service(t, g, ns, "weak", retain)
	now := value(t, g, again)
	if now == short {
		t.Error("31 bytes were adopted")
	}
	authenticates(t, g, again, now, endToEnd)
	neverAuthenticates(t, g, again, short, "31 bytes")
}

func TestDeletionPolicyOfALiveClientCanChange(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "undecided")
	first := value(t, g, c)
	edit(t, g, c, retain)
	awaitSecret(t, g, c, "no owner", func(s *corev1.Secret) bool { return len(s.OwnerReferences) == 0 })
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.DeletionPolicy = oauthv1alpha1.DeletionPolicyDelete })
	awaitSecret(t, g, c, "the owner", func(s *corev1.Secret) bool { return len(s.OwnerReferences) == 1 })
	if now := value(t, g, c); now != first {
		t.Error("the client secret changed")
	}
}

// A namespace goes without waiting for Grantor, and without a storm of writes or
// errors about what cannot be written into it.
func TestNamespaceWithClientsIsDeletedQuietly(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "t-doomed-"}}
	if err := g.Admin.Create(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		service(t, g, ns.Name, name)
	}
	remove(t, g, ns)
	installation.Eventually(t, 60*time.Second, func() bool { return !exists(t, g, ns.DeepCopy()) },
		func() string { return "end of the namespace" })
	if n := len(complaints(g, ns.Name)); n > 0 {
		t.Errorf("%d lines of warnings and errors, for example %s", n, complaints(g, ns.Name)[0])
	}
}

// complaints returns the warnings and errors in the operator's log that name
// something.
func complaints(g *installation.Installation, name string) []string {
	var lines []string
	for line := range strings.Lines(string(logs(g)["operator.log"])) {
		serious := strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, `"level":"WARN"`)
		if serious && strings.Contains(line, name) {
			lines = append(lines, line)
		}
	}
	return lines
}
