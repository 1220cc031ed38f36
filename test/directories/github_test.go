package directories

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	githubSecret = "the-secret-of-the-oauth-app"
	githubToken  = "gho_16C7e42F292c6912E7710c838347Ae178B4a"
	githubCode   = "the-code-of-github"
)

// hub answers as GitHub's documentation of its REST API says, for a GitHub Enterprise Server.
type hub struct {
	mu      sync.Mutex
	login   string
	revoked bool
}

func (h *hub) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if r.URL.Path == "/login/oauth/access_token" {
		if r.PostFormValue("code") != githubCode || r.PostFormValue("client_secret") != githubSecret || r.PostFormValue("code_verifier") == "" {
			_, _ = w.Write([]byte(`{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}`))
			return
		}
		_, _ = w.Write([]byte(`{"access_token":"` + githubToken + `","scope":"read:org,user:email","token_type":"bearer"}`))
		return
	}
	if h.revoked || r.Header.Get("Authorization") != "Bearer "+githubToken {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}`))
		return
	}
	switch r.URL.Path {
	case "/api/v3/user":
		_, _ = w.Write([]byte(`{"login":"` + h.login + `","id":583231,"name":"monalisa octocat"}`))
	case "/api/v3/user/emails":
		_, _ = w.Write([]byte(`[{"email":"octocat@github.com","verified":true,"primary":true,"visibility":"public"}]`))
	case "/api/v3/user/orgs":
		_, _ = w.Write([]byte(`[{"login":"Acme","id":1}]`))
	case "/api/v3/user/teams":
		_, _ = w.Write([]byte(`[{"slug":"platform","organization":{"login":"Acme"}}]`))
	default:
		http.NotFound(w, r)
	}
}

// oauth2Scene connects an OAuth 2.0 server, and returns the scene when replicas have its button.
func oauth2Scene(t *testing.T, name, secret string, spec *oauthv1alpha1.OAuth2Provider, change func(*oauthv1alpha1.OAuthIdentityProvider)) *scene {
	t.Helper()
	s := &scene{Installation: grantor(t), name: name}
	installation.CreateForTest(t, s.Admin, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name + "-app"}, StringData: map[string]string{"client-secret": secret}})
	spec.ClientSecretRef = &oauthv1alpha1.ProviderSecretReference{Name: name + "-app"}
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name}}
	p.Spec.ServerName, p.Spec.OAuth2 = "default", spec
	change(p)
	installation.CreateForTest(t, s.Admin, p)
	s.app = s.NewApp(t, installation.Application(devenv.Namespace(t, s.Kube.Config), "shop"))
	for _, replica := range s.Servers {
		app := s.app
		app.Issuer = replica.Options().URL
		s.awaitRedirect(t, app)
	}
	return s
}

func (s *scene) awaitRedirect(t *testing.T, app installation.App) {
	t.Helper()
	installation.Eventually(t, installation.Effective, func() bool {
		to, _ := app.AuthorizationURL(nil)
		v := installation.NewVisitor(at(strings.TrimPrefix(app.Issuer, "http://")), "http://nowhere.invalid")
		return s.press(t, v, v.Get(t, to)).Elsewhere != nil
	}, func() string { return "button of " + s.name + " at " + app.Issuer })
}

// press presses the button of the provider.
func (s *scene) press(t *testing.T, v *installation.Visitor, view installation.View) installation.View {
	t.Helper()
	for _, form := range view.Forms {
		if slices.Contains(form.Buttons["provider"], s.name) {
			return v.Submit(t, view, form, url.Values{"provider": {s.name}})
		}
	}
	return installation.View{}
}

func TestGitHub(t *testing.T) {
	h := &hub{login: "octocat"}
	server := httptest.NewServer(h)
	defer server.Close()
	s := oauth2Scene(t, "github", githubSecret, &oauthv1alpha1.OAuth2Provider{
		Preset: oauthv1alpha1.OAuth2ProviderGitHub, ClientID: "Iv1.8a61f9b3a7aba766", GitHub: &oauthv1alpha1.GitHubProvider{Server: oauthv1alpha1.WebURI(server.URL)},
	}, func(p *oauthv1alpha1.OAuthIdentityProvider) {
		p.Spec.Admit = &oauthv1alpha1.ProviderAdmission{Groups: []string{"acme"}}
		p.Spec.Claims.Groups = &oauthv1alpha1.IdentityGroups{Allow: []string{"acme/*"}}
	})
	clock, replica, app := s.oauth2Replica(t)
	signIn := func(code string) (installation.View, string) {
		v := s.visitor(app)
		to, verifier := app.AuthorizationURL(url.Values{"scope": {"openid profile email groups offline_access"}})
		view := s.press(t, v, v.Get(t, to))
		if view.Elsewhere == nil || !strings.HasPrefix(view.Elsewhere.String(), server.URL+"/login/oauth/authorize?") {
			t.Fatalf("the button leads to %v", view.Elsewhere)
		}
		view = v.Get(t, app.Issuer+"/login/callback/github?"+url.Values{"code": {code}, "state": {view.Param("state")}}.Encode())
		if _, ok := view.DecisionForm(); ok {
			view = v.Decide(t, view, "allow")
		}
		return view, verifier
	}
	if view, _ := signIn("another-code"); view.Param("code") != "" || view.Status == http.StatusOK && !strings.Contains(view.Body, "did not sign you in") {
		t.Errorf("a code that GitHub refuses: %d %s", view.Status, view.Body)
	}
	view, verifier := signIn(githubCode)
	answer := app.Redeem(t, view.Param("code"), verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("%d %s, after %d %s", answer.Status, answer.Body, view.Status, view.Body)
	}
	tokens := answer.JSON
	info := userinfo(t, app, tokens).JSON
	if groups, _ := info["groups"].([]any); info["sub"] != "github:583231" || info["preferred_username"] != "github:octocat" || info["email"] != "octocat@github.com" ||
		info["email_verified"] != true || !slices.Equal(groups, []any{"github:acme/platform"}) {
		t.Errorf("%v", info)
	}
	h.set(func() { h.login = "renamed" })
	clock.Turn(t, later, replica)
	if answer = refresh(t, app, tokens); answer.Status != http.StatusOK {
		t.Fatalf("refresh: %d %s", answer.Status, answer.Body)
	}
	if info := userinfo(t, app, answer.JSON).JSON; info["preferred_username"] != "github:renamed" || info["sub"] != "github:583231" {
		t.Errorf("renamed: %v", info)
	}
	h.set(func() { h.revoked = true })
	clock.Turn(t, later, replica)
	if answer = refresh(t, app, answer.JSON); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		t.Errorf("a token that the user revoked: %d %s", answer.Status, answer.Body)
	}
}

// TestOwnServerAsAnOAuth2Server: this server is the one that has the profile, too.
func TestOwnServerAsAnOAuth2Server(t *testing.T) {
	g := grantor(t)
	upstream := g.NewApp(t, installation.Application(devenv.Namespace(t, g.Kube.Config), "downstream", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(g.Issuer + "/login/callback/own")}
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code", "refresh_token"}
	}))
	uri := func(path string) oauthv1alpha1.WebURI { return oauthv1alpha1.WebURI(g.Issuer + path) }
	s := oauth2Scene(t, "own", upstream.Secret, &oauthv1alpha1.OAuth2Provider{
		ClientID: upstream.ID, Scopes: []string{"openid", "profile", "email", "groups", "offline_access"},
		Custom: &oauthv1alpha1.OAuth2CustomProvider{
			AuthorizationEndpoint: uri("/authorize"), TokenEndpoint: uri("/token"),
			Profile: oauthv1alpha1.OAuth2Profile{
				URL: uri("/userinfo"), ID: "/sub", Username: "/preferred_username", DisplayName: "/name", Email: "/email", EmailVerified: "/email_verified", Groups: "/groups",
			},
		},
	}, func(p *oauthv1alpha1.OAuthIdentityProvider) {
		p.Spec.Claims.Groups = &oauthv1alpha1.IdentityGroups{Allow: []string{"*"}}
	})
	v := s.visitor(s.app)
	to, verifier := s.app.AuthorizationURL(url.Values{"scope": {"openid profile email groups offline_access"}})
	view := s.press(t, v, v.Get(t, to))
	view = v.SignIn(t, view, "alice", "alice-password")
	for range 2 {
		if _, ok := view.DecisionForm(); ok {
			view = v.Decide(t, view, "allow")
		}
	}
	answer := s.app.Redeem(t, view.Param("code"), verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("%d %s, after %d %s", answer.Status, answer.Body, view.Status, view.Body)
	}
	info := userinfo(t, s.app, answer.JSON).JSON
	subject, _ := info["sub"].(string)
	if !strings.HasPrefix(subject, "own:local:") || info["preferred_username"] != "own:alice" {
		t.Errorf("%v", info)
	}
}

// oauth2Replica returns one whose clock can be turned.
func (s *scene) oauth2Replica(t *testing.T) (*inprocess.Clock, *inprocess.Replica, installation.App) {
	t.Helper()
	clock, replica, app := s.turned(t)
	s.awaitRedirect(t, app)
	return clock, replica, app
}
