package compat

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// cloudronPaths are those that the documentation of Cloudron names.
var cloudronPaths = []string{"/api/v1/oauth/dialog/authorize", "/api/v1/oauth/token", "/api/v1/profile"}

// kanboard speaks as Kanboard's plugin OAuth2 does, with the settings that Cloudron's
// documentation asks for.
type kanboard struct {
	clientID, clientSecret, callback          string
	authorizeURL, tokenURL, userAPIURL        string
	usernameKey, nameKey, emailKey, userIDKey string
	// scopes is a setting that the documentation does not mention.
	scopes string
}

const kanboardCallback = "https://kanboard.example.com/oauth/callback"

// newKanboard registers Kanboard and fills in its settings.
func newKanboard(t testing.TB, g *installation.Installation, scopes ...oauthv1alpha1.Scope) kanboard {
	t.Helper()
	object := installation.Application(shared.Namespace(t), "kanboard", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.DisplayName = "Kanboard"
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{kanboardCallback}
		c.Spec.Scopes = scopes
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code"}
		c.Spec.PKCE = oauthv1alpha1.PKCEOptional
	})
	app := g.NewApp(t, object)
	return kanboard{clientID: app.ID, clientSecret: app.Secret, callback: kanboardCallback}.at(g)
}

// at fills in the settings that the documentation says.
func (k kanboard) at(g *installation.Installation) kanboard {
	k.authorizeURL, k.tokenURL, k.userAPIURL = g.Issuer+"/api/v1/oauth/dialog/authorize", g.Issuer+"/api/v1/oauth/token", g.Issuer+"/api/v1/profile"
	k.usernameKey, k.nameKey, k.emailKey, k.userIDKey = "username", "displayName", "email", "id"
	return k
}

func (k kanboard) login(state string) string {
	return query(k.authorizeURL, "response_type", "code", "client_id", k.clientID, "redirect_uri", k.callback, "scope", k.scopes, "state", state)
}

func (k kanboard) token(t testing.TB, code, state string) installation.Answer {
	t.Helper()
	form := query("", "code", code, "client_id", k.clientID, "client_secret", k.clientSecret, "redirect_uri", k.callback, "grant_type", "authorization_code", "state", state)
	return send(t, http.MethodPost, k.tokenURL, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}, form)
}

func (k kanboard) profile(t testing.TB, token installation.Answer) installation.Answer {
	t.Helper()
	header := http.Header{}
	// Kanboard sends the token of no other type.
	if strings.EqualFold(text(token.JSON["token_type"]), "bearer") {
		header.Set("Authorization", "Bearer "+text(token.JSON["access_token"]))
	}
	return get(t, k.userAPIURL, header)
}

// user signs alice in and returns what Kanboard knows of her.
func (k kanboard) user(t testing.TB, g *installation.Installation) map[string]any {
	t.Helper()
	v := visitor(g)
	view := v.Through(t, v.Get(t, k.login("s1")), "alice")
	return k.profile(t, k.token(t, view.Param("code"), "s1")).JSON
}

func TestCloudron(t *testing.T) {
	g := grantor(t)
	speaking(t, g, oauthv1alpha1.CompatibilityCloudron)
	k := newKanboard(t, g, "profile", "email")
	k.scopes = "profile"
	v := visitor(g)
	var login, consent, back installation.View
	var token installation.Answer

	t.Run("C1: an application has a name, a callback, a scope, an ID and a secret", func(t *testing.T) {
		if k.clientID == "" || len(k.clientSecret) < 32 {
			t.Error("there are no credentials")
		}
		login = v.Get(t, k.login("state-1"))
		if !strings.Contains(login.Body, "Kanboard") {
			t.Errorf("the login screen does not name the application: %d", login.Status)
		}
	})
	t.Run("C2: the scope profile is the profile and nothing else", func(t *testing.T) {
		refused := k
		refused.scopes = "profile read"
		other := v.Get(t, refused.login("s"))
		if other.Elsewhere == nil || other.Param("error") != "invalid_scope" {
			t.Errorf("a scope that was not registered gives %d %v", other.Status, other.Elsewhere)
		}
	})
	t.Run("C3: users authorize at /api/v1/oauth/dialog/authorize", func(t *testing.T) {
		if login.Status != http.StatusOK || login.URL.Path != cloudronPaths[0] {
			t.Fatalf("the login screen is %d at %s", login.Status, login.URL.Path)
		}
		consent = v.SignIn(t, login, "alice", "alice-password")
		// The user is told of the e-mail address, which profile means there.
		if _, asks := consent.DecisionForm(); !asks || !strings.Contains(consent.Body, "Read your profile") || !strings.Contains(consent.Body, "Read your email address") {
			t.Errorf("the consent page does not say what Kanboard gets: %d", consent.Status)
		}
		if strings.Contains(consent.Body, "Read the groups") {
			t.Error("the consent page says more than Kanboard gets")
		}
		back = v.Decide(t, consent, "allow")
	})
	t.Run("C7: the callback is the registered one", func(t *testing.T) {
		if back.Elsewhere == nil || back.Elsewhere.Scheme+"://"+back.Elsewhere.Host+back.Elsewhere.Path != kanboardCallback || back.Param("state") != "state-1" || back.Param("code") == "" {
			t.Fatalf("the user is sent to another place: %d", back.Status)
		}
		for _, other := range []string{"https://kanboard.example.com/oauth/callback/", "https://kanboard.example.com/", "http://kanboard.example.com/oauth/callback"} {
			wrong := k
			wrong.callback = other
			if view := v.Get(t, wrong.login("s")); view.Status != http.StatusBadRequest || view.Elsewhere != nil {
				t.Errorf("%s is answered with %d", other, view.Status)
			}
		}
	})
	t.Run("C4: the token is at /api/v1/oauth/token", func(t *testing.T) {
		wrong := k
		wrong.clientSecret = strings.Repeat("x", 64)
		if answer := wrong.token(t, back.Param("code"), "state-1"); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_client" {
			t.Errorf("a wrong secret is answered with %d %s", answer.Status, answer.Code())
		}
		token = k.token(t, back.Param("code"), "state-1")
		if token.Status != http.StatusOK || text(token.JSON["access_token"]) == "" || text(token.JSON["scope"]) != "profile email" {
			t.Fatalf("the token endpoint answers %d %s, scope %v", token.Status, token.Code(), token.JSON["scope"])
		}
		if again := k.token(t, back.Param("code"), "state-1"); again.Code() != "invalid_grant" {
			t.Errorf("the code counts twice: %d %s", again.Status, again.Code())
		}
	})
	t.Run("C5: the user API is at /api/v1/profile and takes a bearer token", func(t *testing.T) {
		// The code was used twice, so the token above ended.
		if answer := k.profile(t, token); answer.Status != http.StatusUnauthorized {
			t.Errorf("a token that has ended is answered with %d", answer.Status)
		}
		if answer := get(t, k.userAPIURL, nil); answer.Status != http.StatusUnauthorized || !strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("no token is answered with %d", answer.Status)
		}
		if answer := get(t, query(k.userAPIURL, "access_token", "x"), nil); answer.Status != http.StatusUnauthorized {
			t.Errorf("a token in the URL is answered with %d", answer.Status)
		}
	})
	t.Run("C6: the profile has id, username, displayName and email", func(t *testing.T) {
		user := k.user(t, g)
		if len(user) != 4 || text(user[k.userIDKey]) == "" || user[k.usernameKey] != "alice" || user[k.nameKey] != "Alice Example" || user[k.emailKey] != "alice@example.com" {
			t.Errorf("the profile is %v", user)
		}
		// It is the subject that every other endpoint tells.
		without := newKanboard(t, g, "profile")
		without.scopes = "profile"
		same := without.user(t, g)
		if len(same) != 3 || same[k.userIDKey] != user[k.userIDKey] || same[k.emailKey] != nil {
			t.Errorf("an application that may not ask for the e-mail address gets %v", same)
		}
	})
	t.Run("C8: after the login the user is back, without PKCE and without a scope in the settings", func(t *testing.T) {
		plain := k
		plain.scopes = ""
		if user := plain.user(t, g); user[k.usernameKey] != "alice" || user[k.emailKey] != "alice@example.com" {
			t.Errorf("the profile is %v", user)
		}
		denied := visitor(g)
		view := denied.Decide(t, denied.SignIn(t, denied.Get(t, k.login("s2")), "bob", "bob-password"), "deny")
		if view.Param("error") != "access_denied" || view.Param("state") != "s2" {
			t.Errorf("a user who denies is sent to %v", view.Elsewhere)
		}
	})
	t.Run("C9: applications do not register by themselves", func(t *testing.T) {
		absent(t, g, "/api/v1/oauth/clients")
	})
	t.Run("a POST becomes a GET of the standard endpoint", func(t *testing.T) {
		u, err := url.Parse(k.login("s3"))
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.authorizeURL, strings.NewReader(u.RawQuery))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if view := visitor(g).Send(t, request); view.Status != http.StatusOK || view.URL.Path != "/authorize" || view.URL.Query().Get("scope") != "profile email" {
			t.Errorf("the POST leads to %d %s", view.Status, view.URL.Path)
		}
	})
	t.Run("off, its paths are not there", func(t *testing.T) {
		speaking(t, g, oauthv1alpha1.CompatibilityOwnCloud)
		absent(t, g, cloudronPaths...)
		if view := v.Get(t, k.login("s4")); view.Status != http.StatusNotFound {
			t.Errorf("a browser gets %d", view.Status)
		}
		if answer := k.token(t, "x", "s4"); answer.Status != http.StatusNotFound {
			t.Errorf("the token request is answered with %d", answer.Status)
		}
	})
}

// A client's narrowing counts at once, whatever a page still says.
func TestTheProfileTellsWhatTheScopesGiveNow(t *testing.T) {
	g := grantor(t)
	speaking(t, g, oauthv1alpha1.CompatibilityCloudron)
	k := newKanboard(t, g, "profile", "email")
	v := visitor(g)
	view := v.Through(t, v.Get(t, k.login("s1")), "alice")
	token := k.token(t, view.Param("code"), "s1")
	if answer := k.profile(t, token); answer.JSON["email"] != "alice@example.com" {
		t.Fatalf("the profile is %d %v", answer.Status, answer.JSON)
	}
	list := &oauthv1alpha1.OAuthClientList{}
	if err := g.Admin.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for n := range list.Items {
		one := &list.Items[n]
		if one.ClientID() != k.clientID {
			continue
		}
		before := one.DeepCopy()
		one.Spec.Scopes = []oauthv1alpha1.Scope{"profile"}
		if err := g.Admin.Patch(context.WithoutCancel(t.Context()), one, client.MergeFrom(before)); err != nil {
			t.Fatal(err)
		}
	}
	installation.Eventually(t, installation.Effective, func() bool { return k.profile(t, token).JSON["email"] == nil },
		func() string { return "profile without the e-mail address" })
}
