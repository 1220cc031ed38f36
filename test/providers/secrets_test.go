package providers

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

type values = map[*provider]string

// The operator sees each change of a Secret by itself, and never touches the Secret.
func TestTheSecretComesChangesAndGoes(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	corp := installation.Create(t, r.Admin, r.directory("corp"))
	r.await(t, corp, reasons{"Accepted": "Accepted", "CredentialsReady": "SecretNotFound", "Ready": "SecretNotFound"})
	missing := &corev1.Secret{}
	if err := r.Admin.Get(t.Context(), client.ObjectKey{Namespace: r.Namespace, Name: "auth-oauth-providers"}, missing); !apierrors.IsNotFound(err) {
		t.Errorf("a server without secrets has a Secret for them: %v", err)
	}
	secret := r.secret(t, "corp", "password", bindPassword+"\n")
	r.awaitReady(t, corp)
	if corp.Status.Type != "ldap" || corp.Status.RedirectURI != "" {
		t.Errorf("the status is %+v", corp.Status)
	}
	copied := r.awaitValues(t, "auth", values{corp: bindPassword})
	owner := metav1.GetControllerOf(copied)
	if owner == nil || owner.UID != r.Server.UID || copied.Labels[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfProviders ||
		copied.Annotations[oauthv1alpha1.AnnotationServer] != "auth" {
		t.Errorf("the Secret belongs to %v and has %v and %v", owner, copied.Labels, copied.Annotations)
	}
	for _, step := range []struct {
		what   string
		data   map[string]string
		reason string
		value  string
	}{
		{"another value", map[string]string{"password": bindPassword + "2"}, "CredentialsReady", bindPassword + "2"},
		{"two lines", map[string]string{"password": bindPassword + "\n" + clientSecret}, "SecretRefused", ""},
		{"nothing", map[string]string{"password": ""}, "SecretRefused", ""},
		{"too much", map[string]string{"password": strings.Repeat("x", 4097)}, "SecretRefused", ""},
		{"another key", map[string]string{"client-secret": bindPassword}, "SecretNotFound", ""},
		{"the value again", map[string]string{"password": bindPassword}, "CredentialsReady", bindPassword},
	} {
		secret = installation.Edit(t, r.Admin, secret, func(s *corev1.Secret) {
			s.Data, s.StringData = nil, step.data
		})
		if step.value == "" {
			r.await(t, corp, reasons{"CredentialsReady": step.reason, "Ready": step.reason})
			r.awaitValues(t, "auth", values{})
			continue
		}
		r.await(t, corp, reasons{"CredentialsReady": step.reason, "Ready": "Ready"})
		r.awaitValues(t, "auth", values{corp: step.value})
	}
	version := secret.ResourceVersion
	if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil || secret.ResourceVersion != version {
		t.Errorf("somebody touched the Secret: %v", err)
	}
	installation.Remove(t, r.Admin, secret)
	r.await(t, corp, reasons{"CredentialsReady": "SecretNotFound", "Ready": "SecretNotFound"})
	r.awaitValues(t, "auth", values{})
	r.tellsNothing(t)
}

// What other Secrets hold that Grantor itself made is sent nowhere.
func TestSecretsThatAreNotSent(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	installation.Create(t, r.Admin, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: "corp", Labels: map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfProviders}},
		Data:       map[string][]byte{"password": []byte(bindPassword)},
	})
	own := installation.Create(t, r.Admin, r.directory("corp"))
	r.await(t, own, reasons{"CredentialsReady": "SecretRefused", "Ready": "SecretRefused"})
	keys := installation.Create(t, r.Admin, r.directory("keys", func(p *provider) { p.Spec.LDAP.BindSecretRef.Name = "auth-oauth-keys" }))
	r.await(t, keys, reasons{"CredentialsReady": "SecretNotFound", "Ready": "SecretNotFound"})
	signing := &corev1.Secret{}
	installation.Eventually(t, 20*time.Second, func() bool {
		err := r.Admin.Get(t.Context(), client.ObjectKey{Namespace: r.Namespace, Name: "auth-oauth-keys"}, signing)
		return err == nil && len(signing.Data) > 0
	}, func() string { return "key Secret" })
	for key := range signing.Data {
		installation.Edit(t, r.Admin, keys, func(p *provider) { p.Spec.LDAP.BindSecretRef.Key = oauthv1alpha1.SecretKey(key) })
		r.await(t, keys, reasons{"CredentialsReady": "SecretRefused", "Ready": "SecretRefused"})
		break
	}
}

// A Secret of the name that is somebody else's is left alone.
func TestASecretOfSomebodyElse(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	taken := r.secret(t, "auth-oauth-providers", "a", "b")
	r.secret(t, "corp", "password", bindPassword)
	corp := installation.Create(t, r.Admin, r.directory("corp"))
	r.await(t, corp, reasons{"Accepted": "Accepted", "CredentialsReady": "SecretNotOwned", "Ready": "SecretNotOwned"})
	if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(taken), taken); err != nil || string(taken.Data["a"]) != "b" || len(taken.Data) != 1 {
		t.Errorf("the Secret of somebody else has %d entries: %v", len(taken.Data), err)
	}
}

// Each server reads the secrets of its own providers.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.AddServer(t, "other")
	r.secret(t, "corp", "password", bindPassword)
	r.secret(t, "partner", "password", clientSecret)
	corp := installation.Create(t, r.Admin, r.directory("corp"))
	partner := installation.Create(t, r.Admin, r.directory("partner", func(p *provider) { p.Spec.ServerName = "other" }))
	r.awaitValues(t, "auth", values{corp: bindPassword})
	r.awaitValues(t, "other", values{partner: clientSecret})
	r.awaitReady(t, corp)
	r.awaitReady(t, partner)
}

// A provider that is disabled has no secret at the server, until it is enabled again.
func TestDisabled(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.secret(t, "corp", "password", bindPassword)
	corp := installation.Create(t, r.Admin, r.directory("corp"))
	r.awaitValues(t, "auth", values{corp: bindPassword})
	installation.Edit(t, r.Admin, corp, func(p *provider) { p.Spec.Disabled = true })
	r.awaitRefusal(t, corp, "Disabled")
	r.awaitValues(t, "auth", values{})
	installation.Edit(t, r.Admin, corp, func(p *provider) { p.Spec.Disabled = false })
	r.awaitReady(t, corp)
	r.awaitValues(t, "auth", values{corp: bindPassword})
	installation.Remove(t, r.Admin, corp)
	r.awaitValues(t, "auth", values{})
}
