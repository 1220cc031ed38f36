package providers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/openidprovider"
)

// links is an application, a provider called links, and how its users sign in.
type links struct {
	*installation.Installation

	app      installation.App
	provider *openidprovider.Provider
}

func newLinks(t testing.TB) *links {
	t.Helper()
	l := &links{Installation: shared.Grantor(t), provider: openidprovider.Start(t, time.Now)}
	l.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8"} })
	r := room{installation.Room{Installation: l.Installation, Namespace: devenv.SystemNamespace}}
	installation.Create(t, r.Admin, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: "links"}, Data: map[string][]byte{"client-secret": []byte(openidprovider.ClientSecret)},
	})
	p := r.oidc("links", l.provider.URL, func(p *provider) {
		p.Spec.ServerName, p.Spec.OIDC.ClientID = devenv.ServerName, openidprovider.ClientID
		p.Spec.OIDC.ClientSecretRef = &oauthv1alpha1.ProviderSecretReference{Name: "links"}
	})
	installation.Create(t, r.Admin, p)
	t.Cleanup(func() { _ = l.Admin.Delete(t.Context(), p) })
	r.awaitReady(t, p)
	l.app = l.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	return l
}

// arrive lets a user of the provider sign in, and returns where the browser is then.
func (l *links) arrive(t testing.TB, user string) (view installation.View, verifier string) {
	t.Helper()
	v := l.Visitor()
	installation.Eventually(t, installation.Effective, func() bool {
		var to string
		to, verifier = l.app.AuthorizationURL(url.Values{"scope": {"openid profile groups"}})
		view = v.Get(t, to)
		for _, form := range view.Forms {
			if slices.Contains(form.Buttons["provider"], "links") {
				view = v.Submit(t, view, form, url.Values{"provider": {"links"}})
				return view.Elsewhere != nil
			}
		}
		return false
	}, func() string { return fmt.Sprintf("button of the provider: %d %s", view.Status, view.Body) })
	view = v.Get(t, l.app.Issuer+"/login/callback/links?"+l.provider.Allow(view.Elsewhere.Query(), user).Encode())
	if _, asks := view.DecisionForm(); asks {
		view = v.Decide(t, view, "allow")
	}
	return view, verifier
}

func (l *links) tokens(t testing.TB, user string) map[string]any {
	t.Helper()
	view, verifier := l.arrive(t, user)
	answer := l.app.Redeem(t, view.Param("code"), verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("%s: %d %s, redeemed: %d %s", user, view.Status, view.Body, answer.Status, answer.Body)
	}
	return answer.JSON
}

func (l *links) userinfo(t testing.TB, tokens map[string]any) installation.Answer {
	t.Helper()
	token, _ := tokens["access_token"].(string)
	return installation.Userinfo(t, l.app.Issuer, token)
}

// ends waits until no replica knows a token.
func (l *links) ends(t testing.TB, tokens map[string]any) {
	t.Helper()
	token, _ := tokens["access_token"].(string)
	for _, replica := range l.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			return installation.Userinfo(t, replica.Options().URL, token).Status == http.StatusUnauthorized
		}, func() string { return "end of a token" })
	}
}

// Who signs in with an account that an OAuthUser claims is that OAuthUser, or nobody.
func TestLinkedAccounts(t *testing.T) {
	t.Parallel()
	l := newLinks(t)
	l.provider.SetUser("7", map[string]any{"preferred_username": "root", "groups": []any{"admins"}})
	l.provider.SetUser("8", map[string]any{"preferred_username": "diana"})
	diana := l.CreateUser(t, "diana", func(u *oauthv1alpha1.OAuthUser) {
		u.Spec.PasswordSecretRef, u.Spec.Groups = nil, []string{"devs"}
		u.Spec.Identities = []oauthv1alpha1.UserIdentity{{Provider: "links", ID: "7"}}
	})
	tokens := l.tokens(t, "7")
	info := l.userinfo(t, tokens).JSON
	if groups, _ := info["groups"].([]any); info["sub"] != "local:"+string(diana.UID) || info["preferred_username"] != "diana" || !slices.Equal(groups, []any{"devs"}) {
		t.Errorf("an account that is linked is %v", info)
	}
	others := l.tokens(t, "8")
	if info := l.userinfo(t, others).JSON; info["sub"] != "links:8" || info["preferred_username"] != "links:diana" {
		t.Errorf("an account with the name of an OAuthUser is %v", info)
	}
	installation.Edit(t, l.Admin, diana, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	l.ends(t, tokens)
	if view, _ := l.arrive(t, "7"); view.Param("code") != "" {
		t.Error("an account whose OAuthUser is disabled gets in")
	}
	installation.Edit(t, l.Admin, diana, func(u *oauthv1alpha1.OAuthUser) {
		u.Spec.Disabled = false
		u.Spec.Identities = append(u.Spec.Identities, oauthv1alpha1.UserIdentity{Provider: "links", ID: "8"})
	})
	l.ends(t, others)
	if info := l.userinfo(t, l.tokens(t, "8")).JSON; info["sub"] != "local:"+string(diana.UID) {
		t.Errorf("an account that is linked now is %v", info)
	}
	again := l.tokens(t, "7")
	installation.Edit(t, l.Admin, l.person(t, "links:7"), func(p *sessionv1alpha1.Person) { p.Spec.State = sessionv1alpha1.PersonBlocked })
	l.ends(t, again)
	again = l.tokens(t, "7")
	installation.Edit(t, l.Admin, diana, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Identities = u.Spec.Identities[1:] })
	l.ends(t, again)
	if info := l.userinfo(t, l.tokens(t, "7")).JSON; info["sub"] != "links:7" {
		t.Errorf("an account whose link was removed is %v", info)
	}
	last := l.tokens(t, "8")
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "links"}}
	installation.Edit(t, l.Admin, p, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Disabled = true })
	l.ends(t, last)
}

func (l *links) person(t testing.TB, subject string) *sessionv1alpha1.Person {
	t.Helper()
	persons := &sessionv1alpha1.PersonList{}
	if err := l.Admin.List(t.Context(), persons, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	for i := range persons.Items {
		if persons.Items[i].Spec.Subject == subject {
			return &persons.Items[i]
		}
	}
	t.Fatalf("no Person %s", subject)
	return nil
}
