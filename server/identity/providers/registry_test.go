package providers

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/watch"
)

func server() *oauthv1alpha1.OAuthServer {
	s := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default", Generation: 1}}
	s.Spec.Issuer = "https://id.example"
	return s
}

func provider(name string) *oauthv1alpha1.OAuthIdentityProvider {
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: name, Generation: 1}}
	p.UID = types.UID("uid-" + name)
	p.Spec.ServerName = "default"
	p.Spec.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: "https://login.example", ClientID: "grantor", ClientSecretRef: &oauthv1alpha1.ProviderSecretReference{Name: name}}
	return p
}

// registry returns one that has heard of the objects.
func registry(t *testing.T, server *oauthv1alpha1.OAuthServer, all ...*oauthv1alpha1.OAuthIdentityProvider) *Registry {
	t.Helper()
	copied := func(example runtime.Object) *watch.Copy {
		c, err := watch.New("objects", nil, example, nil, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	r := &Registry{
		Namespace: "system", Name: "default", OAuthIdentityProviders: copied(&oauthv1alpha1.OAuthIdentityProvider{}),
		OAuthServers: copied(&oauthv1alpha1.OAuthServer{}), Secrets: copied(&corev1.Secret{}),
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	if server != nil {
		_ = r.OAuthServers.Objects().Add(server)
	}
	for _, one := range all {
		_ = r.OAuthIdentityProviders.Objects().Add(one)
	}
	return r
}

func TestNothing(t *testing.T) {
	var r *Registry
	if r.Provider("corp") != nil || r.All() != nil || r.Version() != 0 || (&Registry{}).Provider("corp") != nil {
		t.Error("there are providers without a registry")
	}
	if r := registry(t, nil, provider("corp")); r.Provider("corp") != nil {
		t.Error("there are providers without a server")
	}
}

// What the rules refuse is no provider, and the order is that of the server.
func TestWhichAreUsed(t *testing.T) {
	disabled, elsewhere, leaving, open := provider("disabled"), provider("elsewhere"), provider("leaving"), provider("open")
	disabled.Spec.Disabled, elsewhere.Spec.ServerName, open.Spec.OIDC.Issuer = true, "other", "https://accounts.google.com"
	leaving.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
	s := server()
	s.Spec.Login.Providers = []string{"zeta", "disabled"}
	r := registry(t, s, disabled, elsewhere, leaving, open, provider("corp"), provider("alpha"), provider("zeta"))
	var names []string
	for _, p := range r.All() {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"zeta", "alpha", "corp"}) {
		t.Errorf("they are %v", names)
	}
	for name, want := range map[string]bool{"zeta": true, "disabled": false, "elsewhere": false, "leaving": false, "open": false, "": false} {
		if got := r.Provider(name) != nil; got != want {
			t.Errorf("%q is one: %t", name, got)
		}
	}
	if got := r.Provider("corp").RedirectURI; got != "https://id.example/login/callback/corp" {
		t.Error(got)
	}
}

// hear makes a registry hear of the Secret.
func hear(r *Registry, data map[string][]byte) {
	r.entries.Store(&data)
	r.epoch.Add(1)
}

func TestSecrets(t *testing.T) {
	object := provider("corp")
	r := registry(t, server(), object)
	before := r.Provider("corp")
	if before.Complete || before.Secret() != "" {
		t.Error("there is a secret that nobody wrote")
	}
	credential, err := providerspec.NewCredential(object, []byte("s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	entry, err := credential.Encode()
	if err != nil {
		t.Fatal(err)
	}
	hear(r, map[string][]byte{"uid-corp": entry})
	p := r.Provider("corp")
	if !p.Complete || p.Secret() != "s3cret" || p.Version == before.Version || r.Provider("corp") != p {
		t.Errorf("%t, %t", p.Complete, p.Version == before.Version)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "provider", p)
	if text := log.String() + fmt.Sprintf("%v %+v %#v %s", p, p, p, p); strings.Contains(text, "s3cret") || !strings.Contains(text, "corp") {
		t.Error(text)
	}
	moved := provider("corp")
	moved.Generation, moved.Spec.OIDC.ClientID = 2, "other"
	_ = r.OAuthIdentityProviders.Objects().Update(moved)
	hear(r, map[string][]byte{"uid-corp": entry})
	if p := r.Provider("corp"); p.Complete || p.Secret() != "" {
		t.Error("another client gets the secret")
	}
	public := provider("corp")
	public.Spec.OIDC.ClientSecretRef = nil
	_ = r.OAuthIdentityProviders.Objects().Update(public)
	hear(r, nil)
	if p := r.Provider("corp"); !p.Complete || p.Secret() != "" {
		t.Error("a client without a secret waits for one")
	}
}

// Only what decides about providers makes the table anew.
func TestWhatChangesTheTable(t *testing.T) {
	was := provider("corp")
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthIdentityProvider)
		same   bool
	}{
		"labels":      {func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Labels = map[string]string{"a": "b"} }, true},
		"a status":    {func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Status.ObservedGeneration = 3 }, true},
		"a spec":      {func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Generation = 2 }, false},
		"another one": {func(p *oauthv1alpha1.OAuthIdentityProvider) { p.UID = "2" }, false},
		"its deletion": {func(p *oauthv1alpha1.OAuthIdentityProvider) {
			p.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
		}, false},
	} {
		is := provider("corp")
		if test.change(is); same(was, is) != test.same {
			t.Errorf("%s: %t", name, !test.same)
		}
	}
	if same(nil, was) || same(was, nil) {
		t.Error("a new or a deleted one changes nothing")
	}
	p := provider("corp")
	p.Status.Type = "oidc"
	if Trim(p); p.Status.Type != "" || p.Spec.OIDC == nil {
		t.Error("the status stays, or the spec goes")
	}
}
