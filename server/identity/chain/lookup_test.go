package chain

import (
	"cmp"
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage/persons"
	"github.com/grantor-dev/grantor/server/watch"
)

var now = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// declared is one OAuthUser, with a link to an account of corp.
type declared struct {
	Local

	person *identity.Person
	id     string
}

func (d *declared) Lookup(_ context.Context, subject string, link identity.Link) (*identity.Person, error) {
	if d.person == nil || subject != d.person.Subject || link != (identity.Link{}) {
		return nil, nil //nolint:nilnil // that there is no such user is an answer
	}
	return d.person, nil
}

func (d *declared) Linked(provider, id string) (*identity.Person, bool, error) {
	if provider != "corp" || id != d.id {
		return nil, false, nil
	}
	return d.person, true, nil
}

// world is what a Lookup finds.
type world struct {
	provider *oauthv1alpha1.OAuthIdentityProvider
	local    *declared
	stored   *persons.Person
}

func newWorld() *world {
	w := &world{
		provider: &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "corp", UID: "p", Generation: 1}},
		local:    &declared{person: &identity.Person{Subject: "local:ada", UID: "u", Source: identity.SourceLocal, Username: "ada"}, id: "7"},
	}
	w.provider.Spec.ServerName = "default"
	w.provider.Spec.OIDC = &oauthv1alpha1.OIDCProvider{Issuer: "https://login.example", ClientID: "grantor"}
	w.stored = &persons.Person{
		Subject: "corp:7", Provider: "corp", UID: "a", Account: upstream.Account{ID: "7", Username: "lovelace"}, CheckedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	return w
}

func (w *world) source(t *testing.T) *Source {
	t.Helper()
	copied := func(example runtime.Object) *watch.Copy {
		c, err := watch.New("objects", nil, example, nil, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	r := &providers.Registry{
		Namespace: "system", Name: "default", OAuthIdentityProviders: copied(&oauthv1alpha1.OAuthIdentityProvider{}),
		OAuthServers: copied(&oauthv1alpha1.OAuthServer{}), Secrets: copied(&corev1.Secret{}),
	}
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"}}
	if r.Start() != nil || r.OAuthServers.Objects().Add(server) != nil || r.OAuthIdentityProviders.Objects().Add(w.provider) != nil {
		t.Fatal("no registry")
	}
	s := New(Options{Local: w.local, Providers: r, Now: func() time.Time { return now }})
	w.stored.Realm = cmp.Or(w.stored.Realm, providerspec.Realm(w.provider))
	s.cache.put(w.stored.Subject, w.stored, now)
	return s
}

// An OAuthUser who signed in with an account is one as long as the account is the OAuthUser's,
// and the provider is used and lets it in.
func TestWhoSignedInWithALink(t *testing.T) {
	link := identity.Link{Subject: "corp:7", UID: "a"}
	for name, test := range map[string]struct {
		change func(*world)
		link   identity.Link
		want   bool
	}{
		"an account that is linked":        {func(*world) {}, link, true},
		"a password":                       {func(w *world) { w.provider.Spec.Disabled = true }, identity.Link{}, true},
		"a provider that is disabled":      {func(w *world) { w.provider.Spec.Disabled = true }, link, false},
		"a link that was removed":          {func(w *world) { w.local.id = "8" }, link, false},
		"a link to another OAuthUser":      {func(w *world) { w.local.person = &identity.Person{Subject: "local:bob", UID: "b"} }, link, false},
		"an OAuthUser who is disabled":     {func(w *world) { w.local.person = nil }, link, false},
		"an account that is not admitted":  {func(w *world) { w.provider.Spec.Admit = &oauthv1alpha1.ProviderAdmission{Users: []string{"8"}} }, link, false},
		"an account of another issuer":     {func(w *world) { w.stored.Realm, w.stored.CheckedAt = "other", time.Time{} }, link, false},
		"an account that is another":       {func(*world) {}, identity.Link{Subject: "corp:7", UID: "former"}, false},
		"a provider that is not there":     {func(*world) {}, identity.Link{Subject: "other:7", UID: "a"}, false},
		"a link to nothing of a provider":  {func(*world) {}, identity.Link{UID: "a"}, false},
		"a link from an OAuthUser, itself": {func(*world) {}, identity.Link{Subject: "local:ada", UID: "u"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			test.change(w)
			got, err := w.source(t).Lookup(t.Context(), "local:ada", test.link)
			if err != nil || (got != nil) != test.want {
				t.Fatalf("%+v, %v", got, err)
			}
			if got != nil && (got.Subject != "local:ada" || got.UID != "u" || (got.Source == "corp") != (test.link != identity.Link{})) {
				t.Errorf("it is %+v", got)
			}
		})
	}
}

// What began with a link ends when the sessions of the OAuthUser, or those of the account, do.
func TestSinceWhenALinkCounts(t *testing.T) {
	w, link := newWorld(), identity.Link{Subject: "corp:7", UID: "a"}
	for _, times := range [][2]time.Time{{now, now.Add(-time.Hour)}, {now.Add(-time.Hour), now}} {
		w.local.person.NotBefore, w.stored.NotBefore = times[0], times[1]
		got, err := w.source(t).Lookup(t.Context(), "local:ada", link)
		if err != nil || got == nil || !got.NotBefore.Equal(now) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// An account that is linked is no user of its own.
func TestWhoTheAccountIs(t *testing.T) {
	w := newWorld()
	if got, err := w.source(t).Lookup(t.Context(), "corp:7", identity.Link{}); got != nil || err != nil {
		t.Errorf("the account is %+v, %v", got, err)
	}
	w.local.id = "8"
	w.stored.Realm = "other"
	if got, err := w.source(t).Lookup(t.Context(), "corp:7", identity.Link{}); got != nil || err != nil {
		t.Errorf("the account of another issuer is %+v, %v", got, err)
	}
	w.stored.Realm = ""
	got, err := w.source(t).Lookup(t.Context(), "corp:7", identity.Link{})
	if err != nil || got == nil || got.Username != "corp:lovelace" || got.UID != "a" || got.Source != "corp" {
		t.Errorf("the user is %+v, %v", got, err)
	}
	if got, err := w.source(t).Lookup(t.Context(), "corp:7", identity.Link{Subject: "corp:7", UID: "a"}); got != nil || err != nil {
		t.Errorf("with a link the user is %+v, %v", got, err)
	}
}
