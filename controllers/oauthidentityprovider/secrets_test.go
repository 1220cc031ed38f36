package oauthidentityprovider

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// live counts what is read.
type live struct {
	client.Reader

	secrets map[string]*corev1.Secret
	reads   int
	err     error
}

func (l *live) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	l.reads++
	secret, is := into.(*corev1.Secret)
	switch stored := l.secrets[key.Name]; {
	case l.err != nil:
		return l.err
	case !is || stored == nil:
		return apierrors.NewNotFound(schema.GroupResource{Resource: "secrets"}, key.Name)
	default:
		stored.DeepCopyInto(secret)
		return nil
	}
}

func (l *live) version(name string) string {
	if secret := l.secrets[name]; secret != nil {
		return string(secret.UID) + "/" + secret.ResourceVersion
	}
	return ""
}

func secretOf(version, value string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "one", UID: "u", ResourceVersion: version}, Data: map[string][]byte{"client-secret": []byte(value)}}
}

func providerOf(uid string) *provider {
	object := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Name: uid, UID: types.UID(uid), Generation: 1}}
	object.Spec.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: "https://a.example", ClientID: "a", ClientSecretRef: &oauthv1alpha1.ProviderSecretReference{Name: "one"}}
	return &provider{object: object}
}

// TestASecretIsReadWhenItChanged: a pass in which nothing changed reads nothing.
func TestASecretIsReadWhenItChanged(t *testing.T) {
	l := &live{secrets: map[string]*corev1.Secret{"one": secretOf("1", "a-secret-of-corp")}}
	r := &Reconciler{Live: l}
	a, b := providerOf("a"), providerOf("b")
	p := &pass{namespace: "system", providers: []*provider{a, b}}
	for _, step := range []struct {
		name    string
		change  func()
		reads   int
		missing bool
	}{
		{"the first pass", func() {}, 1, false},
		{"a pass without a change", func() {}, 0, false},
		{"another version", func() { l.secrets["one"] = secretOf("2", "another-secret") }, 1, false},
		{"another spec", func() { a.object.Generation = 2 }, 1, false},
		{"no Secret", func() { delete(l.secrets, "one") }, 0, true},
		{"still none", func() {}, 0, true},
		{"a Secret again", func() { l.secrets["one"] = secretOf("2", "another-secret") }, 1, false},
	} {
		step.change()
		l.reads, a.entry, b.entry = 0, nil, nil
		if err := r.readEntries(t.Context(), p, l.version); err != nil {
			t.Fatal(err)
		}
		if l.reads != step.reads {
			t.Errorf("%s: %d reads", step.name, l.reads)
		}
		for _, one := range p.providers {
			if (one.missing != nil) != step.missing || (len(one.entry) == 0) != step.missing {
				t.Errorf("%s: provider %s has %d bytes and the problem %v", step.name, one.object.Name, len(one.entry), one.missing)
			}
		}
	}
	l.secrets["one"], l.err = secretOf("3", "a-third-secret"), errors.New("away")
	if err := r.readEntries(t.Context(), p, l.version); err == nil {
		t.Error("an API server that does not answer is no error")
	}
	p.providers = nil
	if err := r.readEntries(t.Context(), p, l.version); err != nil {
		t.Fatal(err)
	}
	if _, kept := r.known.Load("system"); kept {
		t.Error("values of providers that are gone are kept")
	}
}

// TestSecretsOfGrantorAreNotSent: whoever has the token endpoint would learn them.
func TestSecretsOfGrantorAreNotSent(t *testing.T) {
	for _, part := range []string{
		oauthv1alpha1.PartOfClient, oauthv1alpha1.PartOfKeys, oauthv1alpha1.PartOfPasswords, oauthv1alpha1.PartOfProviders, oauthv1alpha1.PartOfToken,
	} {
		secret := secretOf("1", "a-secret-of-grantor")
		secret.Labels = map[string]string{oauthv1alpha1.LabelPartOf: part}
		entry, missing := entryOf(providerOf("a").object, secret)
		if len(entry) > 0 || missing == nil || missing.reason != oauthv1alpha1.ReasonProviderSecretRefused || strings.Contains(missing.message, "a-secret") {
			t.Errorf("%s: %v", part, missing)
		}
	}
}
