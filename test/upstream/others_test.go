package upstream

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// elsewhere is a provider with pages of its own.
type elsewhere struct {
	*scene
	issuer string
	// account changes an account; nil removes it.
	account func(id string, claims map[string]any)
	// sign lets a browser that is at the provider sign in there, and come back.
	sign func(v *installation.Visitor, at installation.View, id string) installation.View
}

// often asks the provider again as often as that can be.
func often(p *oauthv1alpha1.OAuthIdentityProvider) {
	p.Spec.Recheck.Interval = &metav1.Duration{Duration: time.Minute}
}

// connectPages connects a provider with pages.
func (e *elsewhere) connectPages(t *testing.T, id, secret string, change ...func(*oauthv1alpha1.OAuthIdentityProvider)) {
	t.Helper()
	connect(t, e.Installation, e.name, e.issuer, id, secret, append(change, often)...)
	e.app = e.NewApp(t, installation.Application(devenv.Namespace(t, e.Kube.Config), "shop"))
	for _, replica := range e.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			app := e.app
			app.Issuer = replica.Options().URL
			to, _ := app.AuthorizationURL(nil)
			v := e.browser()
			view := v.Get(t, to)
			form, ok := button(view, e.name)
			return ok && v.Submit(t, view, form, url.Values{"provider": {e.name}}).URL.Host == strings.TrimPrefix(e.issuer, "http://")
		}, func() string { return "button of " + e.name })
	}
}

// browser returns one that goes to the provider and back.
func (e *elsewhere) browser() *installation.Visitor {
	urls := []string{e.Issuer, e.issuer}
	for _, replica := range e.Servers {
		urls = append(urls, replica.Options().URL)
	}
	return installation.NewVisitor(http.DefaultTransport, urls...)
}

// through signs a user in on the pages of both.
func (e *elsewhere) through(t *testing.T, v *installation.Visitor, id string) map[string]any {
	t.Helper()
	to, verifier := e.app.AuthorizationURL(everything)
	view := v.Get(t, to)
	form, ok := button(view, e.name)
	if !ok {
		t.Fatalf("no button: %s", view.Body)
	}
	view = e.agree(t, v, e.sign(v, v.Submit(t, view, form, url.Values{"provider": {e.name}}), id))
	return e.app.TokensOf(t, view, verifier)
}

// lives signs a user in, lets the user's groups change and then the user go.
func (e *elsewhere) lives(t *testing.T, id, subject string, with func(groups ...string) map[string]any, groups func(...string) []any) {
	e.account(id, with("team-web", "other"))
	tokens := e.through(t, e.browser(), id)
	info := e.userinfo(t, tokens).JSON
	if got, _ := info["groups"].([]any); info["sub"] != subject || !slices.Equal(got, groups("team-web")) {
		t.Fatalf("UserInfo says %v", info)
	}
	clock, replica, app := e.at(t)
	e.account(id, with("team-ops"))
	clock.Turn(t, 65*time.Second, replica)
	refreshed := app.Refresh(t, text(tokens, "refresh_token"), nil)
	if refreshed.Status != http.StatusOK {
		t.Fatalf("after the interval: %d %s", refreshed.Status, refreshed.Body)
	}
	info = installation.Get(t, app.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + text(refreshed.JSON, "access_token")}}).JSON
	if got, _ := info["groups"].([]any); !slices.Equal(got, groups("team-ops")) {
		t.Errorf("the groups were not taken over: %v", info)
	}
	e.account(id, nil)
	clock.Turn(t, 65*time.Second, replica)
	if refused := app.Refresh(t, text(refreshed.JSON, "refresh_token"), nil); refused.Status != http.StatusBadRequest || refused.JSON["error"] != "invalid_grant" {
		t.Errorf("a user who is gone: %d %s", refused.Status, refused.Body)
	}
}

// TestAProviderThatOthersWrote: oidc-provider, which replaces the refresh token each time.
func TestAProviderThatOthersWrote(t *testing.T) {
	g := grantor(t)
	e := &elsewhere{scene: &scene{Installation: g, name: "library"}}
	_, out := nodejs.Start(t, nodejs.Installed(t, "test/upstream/openid"),
		"node", "provider.mjs", "grantor", "a-secret-of-32-characters-or-more", g.Issuer+"/login/callback/library")
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	e.issuer = strings.TrimSpace(line)
	e.account = func(id string, claims map[string]any) {
		query := url.Values{"id": {id}}
		if claims != nil {
			text, _ := json.Marshal(claims)
			query.Set("claims", string(text))
		}
		if answer := installation.Get(t, e.issuer+"/test/account?"+query.Encode(), nil); answer.Status != http.StatusNoContent {
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}
	e.sign = func(v *installation.Visitor, at installation.View, id string) installation.View {
		for range 3 {
			if at.URL.Host != strings.TrimPrefix(e.issuer, "http://") || len(at.Forms) == 0 {
				break
			}
			form := at.Forms[0]
			more := url.Values{}
			if form.Values.Has("login") {
				more = url.Values{"login": {id}, "password": {"anything"}}
			}
			at = v.Submit(t, at, form, more)
		}
		return at
	}
	e.connectPages(t, "grantor", "a-secret-of-32-characters-or-more", func(p *oauthv1alpha1.OAuthIdentityProvider) {
		p.Spec.OIDC.Scopes = []string{"profile", "email", "groups", "offline_access"}
	})
	e.lives(t, "7", "library:7", func(groups ...string) map[string]any { return claims("ada", groups...) },
		func(names ...string) []any { return prefixed("library:", names) })
}

func prefixed(prefix string, names []string) []any {
	var out []any
	for _, name := range names {
		out = append(out, prefix+name)
	}
	return out
}

// TestASecondGrantor: the provider is another Grantor, in a cluster of its own.
func TestASecondGrantor(t *testing.T) {
	g := grantor(t)
	upstream, _ := installation.Isolated(t)
	e := &elsewhere{scene: &scene{Installation: g, name: "second"}, issuer: upstream.Issuer}
	client := upstream.NewApp(t, installation.Application(devenv.Namespace(t, upstream.Kube.Config), "grantor", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(g.Issuer + "/login/callback/second")}
	}))
	var user *oauthv1alpha1.OAuthUser
	e.account = func(id string, claims map[string]any) {
		change := func(u *oauthv1alpha1.OAuthUser) {
			u.Spec.Disabled, u.Spec.Groups = claims == nil, nil
			list, _ := claims["groups"].([]any)
			for _, group := range list {
				u.Spec.Groups = append(u.Spec.Groups, group.(string))
			}
		}
		if user == nil {
			user = upstream.CreateUser(t, id, change)
		} else {
			user = installation.Edit(t, upstream.Admin, user, change)
		}
		// Its replica applies changes within 2 seconds, and shows none of that before somebody asks.
		<-time.After(900 * time.Millisecond)
	}
	e.sign = func(v *installation.Visitor, at installation.View, id string) installation.View {
		installation.Eventually(t, installation.Effective, func() bool {
			form, ok := at.LoginForm()
			if ok {
				at = v.Submit(t, at, form, url.Values{"username": {id}, "password": {id + "-password"}})
			}
			_, again := at.LoginForm()
			return !again || at.URL.Host != strings.TrimPrefix(e.issuer, "http://")
		}, func() string { return "the user of the second Grantor signs in" })
		if form, ok := at.DecisionForm(); ok && at.URL.Host == strings.TrimPrefix(e.issuer, "http://") {
			at = v.Submit(t, at, form, url.Values{"decision": {"allow"}})
		}
		return at
	}
	e.connectPages(t, client.ID, client.Secret, func(p *oauthv1alpha1.OAuthIdentityProvider) {
		p.Spec.OIDC.Scopes = []string{"profile", "email", "groups", "offline_access"}
	})
	e.account("grace", claims("grace", "team-web", "other"))
	subject := "second:" + user.Subject()
	e.lives(t, "grace", subject, func(groups ...string) map[string]any { return claims("grace", groups...) },
		func(names ...string) []any { return prefixed("second:", names) })
}
