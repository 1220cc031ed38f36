package providers

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/test/installation"
)

type provider = oauthv1alpha1.OAuthIdentityProvider

type room struct{ installation.Room }

func newRoom(t testing.TB) room {
	t.Helper()
	return room{shared.Room(t)}
}

// directory returns a provider, not yet created, whose password is in a Secret of its name.
func (r room) directory(name string, change ...func(*provider)) *provider {
	p := &provider{ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: name}}
	p.Spec.ServerName = "auth"
	p.Spec.LDAP = &oauthv1alpha1.LDAPProvider{
		URL: "ldaps://ldap.example", BindDN: "cn=reader", BindSecretRef: &oauthv1alpha1.ProviderSecretReference{Name: name},
		Users: oauthv1alpha1.LDAPUsers{Base: "dc=example"},
	}
	for _, f := range change {
		f(p)
	}
	return p
}

// oidc returns a provider, not yet created, without a secret.
func (r room) oidc(name, issuer string, change ...func(*provider)) *provider {
	p := &provider{ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: name}}
	p.Spec.ServerName = "auth"
	p.Spec.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: oauthv1alpha1.WebURI(issuer), ClientID: "grantor"}
	for _, f := range change {
		f(p)
	}
	return p
}

// secret creates a Secret with one value.
func (r room) secret(t testing.TB, name, key, value string) *corev1.Secret {
	t.Helper()
	return installation.Create(t, r.Admin, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: name}, Data: map[string][]byte{key: []byte(value)},
	})
}

// reasons are those of some conditions, by their types.
type reasons map[string]string

// await waits until conditions of a provider have these reasons, at its present generation.
func (r room) await(t testing.TB, p *provider, wanted reasons) {
	t.Helper()
	installation.Eventually(t, 20*time.Second, func() bool {
		if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(p), p); err != nil {
			t.Fatalf("get provider %s: %v", p.Name, err)
		}
		got := reasons{}
		for kind := range wanted {
			if c := meta.FindStatusCondition(p.Status.Conditions, kind); c != nil && c.ObservedGeneration == p.Generation {
				got[kind] = c.Reason
			}
		}
		return p.Status.ObservedGeneration == p.Generation && maps.Equal(got, wanted)
	}, func() string {
		text, _ := json.Marshal(p.Status)
		return p.Name + " with other reasons; it has " + string(text)
	})
	stalled := meta.IsStatusConditionTrue(p.Status.Conditions, oauthv1alpha1.ConditionStalled)
	reconciling := meta.IsStatusConditionTrue(p.Status.Conditions, oauthv1alpha1.ConditionReconciling)
	ready := meta.IsStatusConditionTrue(p.Status.Conditions, oauthv1alpha1.ConditionReady)
	if count(stalled, reconciling, ready) != 1 || ready != (wanted[oauthv1alpha1.ConditionReady] == "Ready") {
		t.Errorf("%s is ready: %t, stalled: %t, reconciling: %t", p.Name, ready, stalled, reconciling)
	}
}

func count(all ...bool) (n int) {
	for _, one := range all {
		if one {
			n++
		}
	}
	return n
}

func (r room) awaitReady(t testing.TB, p *provider) {
	t.Helper()
	r.await(t, p, reasons{"Accepted": "Accepted", "Ready": "Ready"})
}

func (r room) awaitRefusal(t testing.TB, p *provider, reason string) {
	t.Helper()
	r.await(t, p, reasons{"Accepted": reason, "CredentialsReady": "NotAccepted", "Ready": reason})
}

// awaitValues waits until a server gets to read exactly these values.
func (r room) awaitValues(t testing.TB, server string, wanted map[*provider]string) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{}
	installation.Eventually(t, 20*time.Second, func() bool {
		err := r.Admin.Get(t.Context(), client.ObjectKey{Namespace: r.Namespace, Name: server + "-oauth-providers"}, secret)
		if client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
		if err != nil || len(secret.Data) != len(wanted) {
			return false
		}
		for p, value := range wanted {
			if got, ok := providerspec.DecodeCredential(p, secret.Data[string(p.UID)]); !ok || got != value {
				return false
			}
		}
		return true
	}, func() string { return "Secret with these values" })
	return secret
}

// tellsNothing checks that no status and no event of the namespace has a secret.
func (r room) tellsNothing(t testing.TB) {
	t.Helper()
	list, events := &oauthv1alpha1.OAuthIdentityProviderList{}, &corev1.EventList{}
	for _, all := range []client.ObjectList{list, events} {
		if err := r.Admin.List(t.Context(), all, client.InNamespace(r.Namespace)); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{clientSecret, bindPassword} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%T has %q", all, secret)
			}
		}
	}
	if len(list.Items) == 0 {
		t.Error("there are no providers that could tell anything")
	}
}
