package compat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// owncloudPaths are those of ownCloud's app oauth2.
var owncloudPaths = []string{"/index.php/apps/oauth2/authorize", "/index.php/apps/oauth2/api/v1/token", "/index.php/apps/oauth2/authorization-successful"}

// owncloudApp speaks as the documentation of ownCloud's app oauth2 says.
type owncloudApp struct {
	base, id, secret, redirect string
}

// characters64 returns what ownCloud makes client identifiers and secrets of.
func characters64() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	raw := make([]byte, 64)
	_, _ = rand.Read(raw)
	for n := range raw {
		raw[n] = alphabet[int(raw[n])%len(alphabet)]
	}
	return string(raw)
}

// newOwnCloudApp registers an application with an identifier and a secret of 64 characters.
func newOwnCloudApp(t testing.TB, g *installation.Installation, name string, change ...func(*oauthv1alpha1.OAuthClient)) owncloudApp {
	t.Helper()
	app := owncloudApp{base: g.Issuer, id: characters64(), secret: characters64(), redirect: "https://files.example/oauth/callback"}
	name += "-" + strings.ToLower(app.id[:8])
	source := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name}, StringData: map[string]string{"secret": app.secret}}
	if err := g.Admin.Create(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	object := &oauthv1alpha1.OAuthClient{ObjectMeta: source.ObjectMeta}
	object.ResourceVersion, object.UID = "", ""
	object.Spec = oauthv1alpha1.OAuthClientSpec{
		ClientID: app.id, DisplayName: "Files", RedirectURIs: []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(app.redirect)},
		Scopes: []oauthv1alpha1.Scope{"profile"}, PKCE: oauthv1alpha1.PKCEOptional,
	}
	object.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: name, Key: "secret"}
	object.Spec.Tokens.AccessToken.Lifetime = &metav1.Duration{Duration: time.Hour}
	object.Spec.Tokens.AuthorizationCode.Lifetime = &metav1.Duration{Duration: 10 * time.Minute}
	for _, f := range change {
		f(object)
	}
	t.Cleanup(func() { _ = g.Admin.Delete(context.WithoutCancel(t.Context()), object) })
	g.Create(t, object)
	return app
}

// authorize returns an Authorization Request with more parameters.
func (a owncloudApp) authorize(more ...string) string {
	return query(a.base+owncloudPaths[0], append([]string{"response_type", "code", "client_id", a.id, "redirect_uri", a.redirect}, more...)...)
}

// token sends an Access Token Request.
func (a owncloudApp) token(t testing.TB, pairs ...string) installation.Answer {
	t.Helper()
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if a.secret != "" {
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(a.id+":"+a.secret)))
	}
	return send(t, http.MethodPost, a.base+owncloudPaths[1], header, query("", pairs...))
}

func (a owncloudApp) redeem(t testing.TB, code string) installation.Answer {
	t.Helper()
	return a.token(t, "grant_type", "authorization_code", "code", code, "redirect_uri", a.redirect)
}

// code signs a user in and returns the Authorization Code.
func (a owncloudApp) code(t testing.TB, g *installation.Installation, username string, more ...string) string {
	t.Helper()
	v := visitor(g)
	return v.Through(t, v.Get(t, a.authorize(more...)), username).Param("code")
}

func members(answer installation.Answer) []string {
	var names []string
	for name := range answer.JSON {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestOwnCloud(t *testing.T) {
	g := grantor(t)
	speaking(t, g, oauthv1alpha1.CompatibilityOwnCloud)
	a := newOwnCloudApp(t, g, "files")
	var token installation.Answer

	t.Run("O1: users authorize at /index.php/apps/oauth2/authorize", func(t *testing.T) {
		v := visitor(g)
		view := v.Get(t, a.authorize("state", "s1"))
		if _, login := view.LoginForm(); !login || view.URL.Path != owncloudPaths[0] {
			t.Fatalf("the answer is %d at %s", view.Status, view.URL.Path)
		}
		view = v.SignIn(t, view, "alice", "alice-password")
		if _, asks := view.DecisionForm(); !asks || !strings.Contains(view.Body, "Files") {
			t.Fatalf("the user is not asked: %d", view.Status)
		}
		view = v.Decide(t, view, "allow")
		if view.Elsewhere == nil || !strings.HasPrefix(view.Elsewhere.String(), a.redirect+"?code=") {
			t.Fatalf("the user is not sent back: %d", view.Status)
		}
	})
	t.Run("O2: tokens are at /index.php/apps/oauth2/api/v1/token", func(t *testing.T) {
		token = a.redeem(t, a.code(t, g, "alice"))
		if token.Status != http.StatusOK || text(token.JSON["access_token"]) == "" {
			t.Fatalf("the answer is %d %s", token.Status, token.Code())
		}
	})
	t.Run("O3: an application has a name, a redirection URI, and an identifier and a secret of 64 characters", func(t *testing.T) {
		wrong := a
		wrong.secret = characters64()
		if len(a.id) != 64 || len(a.secret) != 64 || wrong.redeem(t, "x").Code() != "invalid_client" {
			t.Error("another secret counts")
		}
	})
	t.Run("O4: response_type must be code", func(t *testing.T) {
		v := visitor(g)
		for response, code := range map[string]string{"": "invalid_request", "token": "unsupported_response_type", "id_token": "unsupported_response_type"} {
			view := v.Get(t, query(a.base+owncloudPaths[0], "response_type", response, "client_id", a.id, "redirect_uri", a.redirect, "state", "s4"))
			if view.Param("error") != code || view.Param("state") != "s4" {
				t.Errorf("response_type %q gives %d %v", response, view.Status, view.Elsewhere)
			}
		}
	})
	t.Run("O5: client_id and redirect_uri are required", func(t *testing.T) {
		v := signedIn(t, g, "alice")
		for _, pairs := range [][]string{
			{"response_type", "code", "client_id", a.id}, {"response_type", "code", "client_id", a.id, "redirect_uri", ""},
			{"response_type", "code", "redirect_uri", a.redirect}, {"response_type", "code", "client_id", a.id, "redirect_uri", "https://files.example/"},
		} {
			if view := v.Get(t, query(a.base+owncloudPaths[0], pairs...)); view.Status != http.StatusBadRequest || view.Elsewhere != nil {
				t.Errorf("%v is answered with %d", pairs[2:], view.Status)
			}
		}
		// The standard endpoint knows the one redirection URI of the client.
		if view := v.Get(t, query(a.base+"/authorize", "response_type", "code", "client_id", a.id)); view.Status >= http.StatusBadRequest {
			t.Errorf("the standard endpoint answers %d", view.Status)
		}
	})
	t.Run("O6: state is optional", func(t *testing.T) {
		v := signedIn(t, g, "alice")
		if view := v.Through(t, v.Get(t, a.authorize()), "alice"); view.Param("code") == "" || view.Elsewhere.Query().Has("state") {
			t.Errorf("without a state the user is sent to %s", view.Elsewhere.Path)
		}
		if view := v.Through(t, v.Get(t, a.authorize("state", "a b&c=\u00e4")), "alice"); view.Param("state") != "a b&c=\u00e4" {
			t.Errorf("the state comes back as %q", view.Param("state"))
		}
	})
	t.Run("O7: user names who is to sign in", func(t *testing.T) { userOfOwnCloud(t, g, a) })
	t.Run("O8: a code can count for 10 minutes, and no longer", func(t *testing.T) {
		longer := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "longer"}}
		longer.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"https://files.example/oauth/callback"}
		longer.Spec.Tokens.AuthorizationCode.Lifetime = &metav1.Duration{Duration: 10*time.Minute + time.Second}
		if err := g.Admin.Create(t.Context(), longer); !apierrors.IsInvalid(err) {
			t.Errorf("a client whose codes count for longer gives %v", err)
		}
		// a has the lifetime of 10 minutes, and its codes count.
		if answer := a.redeem(t, a.code(t, g, "alice")); answer.Status != http.StatusOK {
			t.Errorf("the answer is %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("O9: applications authenticate with Basic", func(t *testing.T) {
		code := a.code(t, g, "alice")
		nobody := a
		nobody.secret = ""
		if answer := nobody.redeem(t, code); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_client" {
			t.Errorf("no authentication gives %d %s", answer.Status, answer.Code())
		}
		if answer := a.redeem(t, code); answer.Status != http.StatusOK {
			t.Errorf("Basic gives %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("O10: the grant types are authorization_code and refresh_token, with their parameters", func(t *testing.T) {
		code := a.code(t, g, "alice")
		for _, test := range []struct {
			want  string
			pairs []string
		}{
			{"invalid_request", []string{"code", code, "redirect_uri", a.redirect}},
			{"invalid_request", []string{"grant_type", "authorization_code", "redirect_uri", a.redirect}},
			{"invalid_request", []string{"grant_type", "authorization_code", "code", code}},
			{"invalid_grant", []string{"grant_type", "authorization_code", "code", code, "redirect_uri", "https://files.example/"}},
			{"invalid_request", []string{"grant_type", "refresh_token"}},
			{"invalid_grant", []string{"grant_type", "refresh_token", "refresh_token", "x"}},
			{"unsupported_grant_type", []string{"grant_type", "password", "username", "alice", "password", "x"}},
			{"unsupported_grant_type", []string{"grant_type", "client_credentials"}},
		} {
			if answer := a.token(t, test.pairs...); answer.Status != http.StatusBadRequest || answer.Code() != test.want {
				t.Errorf("%s: the answer is %d %s", test.pairs[1], answer.Status, answer.Code())
			}
		}
		if answer := a.redeem(t, code); answer.Status != http.StatusOK {
			t.Errorf("then the code gives %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("O11: parameters are in the body, never in the URL", func(t *testing.T) {
		code := a.code(t, g, "alice")
		at := query(a.base+owncloudPaths[1], "grant_type", "authorization_code", "code", code, "redirect_uri", a.redirect)
		header := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(a.id+":"+a.secret))}}
		for _, kind := range []string{"", "application/x-www-form-urlencoded"} {
			header.Set("Content-Type", kind)
			if answer := send(t, http.MethodPost, at, header.Clone(), ""); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_request" {
				t.Errorf("parameters in the URL give %d %s", answer.Status, answer.Code())
			}
		}
		if answer := send(t, http.MethodGet, at, header.Clone(), ""); answer.Status == http.StatusOK {
			t.Error("a GET gives a token")
		}
	})
	t.Run("O12: the answer has access_token, token_type, expires_in and refresh_token", func(t *testing.T) {
		if got := strings.Join(members(token), " "); got != "access_token expires_in message_url refresh_token scope token_type user_id" {
			t.Errorf("the answer has %s", got)
		}
		if token.JSON["token_type"] != "Bearer" || text(token.JSON["refresh_token"]) == "" || token.Header.Get("Cache-Control") != "no-store" || token.Header.Get("Content-Type") != "application/json" {
			t.Errorf("the type is %v", token.JSON["token_type"])
		}
		decoder := json.NewDecoder(strings.NewReader(token.Body))
		decoder.UseNumber()
		var plain map[string]any
		if err := decoder.Decode(&plain); err != nil || plain["expires_in"] != json.Number("3600") {
			t.Errorf("expires_in is %v: %v", plain["expires_in"], err)
		}
	})
	t.Run("O13: user_id is the username", func(t *testing.T) { userIDOfOwnCloud(t, g, a, token) })
	t.Run("O14: message_url is a page that says that the window can be closed", func(t *testing.T) {
		at := text(token.JSON["message_url"])
		if at != g.Issuer+owncloudPaths[2] {
			t.Fatalf("message_url is %s", at)
		}
		view := visitor(g).Get(t, at)
		if view.Status != http.StatusOK || !strings.Contains(view.Body, "close this window") || len(view.Forms) > 0 || strings.Contains(view.Body, "<script") {
			t.Errorf("the page is %d %s", view.Status, view.Body)
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			if answer := send(t, method, at, nil, ""); answer.Status != http.StatusMethodNotAllowed {
				t.Errorf("%s is answered with %d", method, answer.Status)
			}
		}
	})
	t.Run("O15: a refresh replaces the refresh token", func(t *testing.T) {
		first := a.redeem(t, a.code(t, g, "alice"))
		next := a.token(t, "grant_type", "refresh_token", "refresh_token", text(first.JSON["refresh_token"]))
		if next.Status != http.StatusOK || !slices.Equal(members(next), members(first)) || next.JSON["user_id"] != "alice" || next.JSON["message_url"] != first.JSON["message_url"] {
			t.Fatalf("the answer is %d %s with %v", next.Status, next.Code(), members(next))
		}
		if next.JSON["refresh_token"] == first.JSON["refresh_token"] || next.JSON["access_token"] == first.JSON["access_token"] {
			t.Error("a token stays the same")
		}
	})
	t.Run("O16: public clients prove that they began, and listen at any port", func(t *testing.T) { publicOfOwnCloud(t, g) })
	t.Run("O17: there are no scopes, and the user is told what the application learns", func(t *testing.T) { scopesOfOwnCloud(t, g, a) })
	t.Run("O18: the desktop program sends its credentials twice, and more than is documented", func(t *testing.T) { desktopOfOwnCloud(t, g) })
	t.Run("O19: the programs for phones have redirection URIs without a dot in the scheme", func(t *testing.T) { phonesOfOwnCloud(t, g) })
	t.Run("off, its paths are not there", func(t *testing.T) {
		code := a.code(t, g, "alice")
		speaking(t, g, oauthv1alpha1.CompatibilityCloudron)
		absent(t, g, owncloudPaths...)
		if view := visitor(g).Get(t, a.authorize("state", "s")); view.Status != http.StatusNotFound {
			t.Errorf("a browser gets %d", view.Status)
		}
		if answer := a.redeem(t, code); answer.Status != http.StatusNotFound {
			t.Errorf("the token request is answered with %d", answer.Status)
		}
		// Nothing but the path is another one.
		speaking(t, g, oauthv1alpha1.CompatibilityOwnCloud)
		if answer := a.redeem(t, code); answer.Status != http.StatusOK {
			t.Errorf("on again, the code gives %d %s", answer.Status, answer.Code())
		}
	})
}

func userOfOwnCloud(t *testing.T, g *installation.Installation, a owncloudApp) {
	v := visitor(g)
	form, _ := v.Get(t, a.authorize("user", "alice")).LoginForm()
	if form.Values.Get("username") != "alice" {
		t.Errorf("the form says %q", form.Values.Get("username"))
	}
	form, _ = v.Get(t, a.authorize("user", "alice", "login_hint", "bob")).LoginForm()
	if form.Values.Get("username") != "bob" {
		t.Errorf("with login_hint the form says %q", form.Values.Get("username"))
	}
	alice := signedIn(t, g, "alice")
	same := alice.Get(t, a.authorize("user", "alice"))
	if _, login := same.LoginForm(); login || same.Status != http.StatusOK && same.Param("code") == "" {
		t.Errorf("the user who is signed in gets %d", same.Status)
	}
	other := alice.Get(t, a.authorize("user", "bob", "state", "s7"))
	if form, switches := other.LoginForm(); !switches || form.Values.Get("username") != "bob" {
		t.Fatalf("while another user is signed in, the answer is %d", other.Status)
	}
	// Where nothing may be shown, the answer does not tell the application whether it guessed who is signed in.
	right, wrong := alice.Get(t, a.authorize("user", "alice", "prompt", "none")), alice.Get(t, a.authorize("user", "bob", "prompt", "none"))
	if right.Param("error") != wrong.Param("error") || (right.Param("code") == "") != (wrong.Param("code") == "") || right.Status != wrong.Status {
		t.Errorf("where nothing may be shown, the answers are %d %v and %d %v", right.Status, right.Elsewhere, wrong.Status, wrong.Elsewhere)
	}
	back := alice.Through(t, other, "bob")
	if answer := a.redeem(t, back.Param("code")); answer.JSON["user_id"] != "bob" || back.Param("state") != "s7" {
		t.Errorf("after the switch the token is of %v", answer.JSON["user_id"])
	}
	for _, odd := range []string{"nobody", "\"><script>", strings.Repeat("x", 2000), "\u00e4\u202e", "bob,alice"} {
		view := signedIn(t, g, "alice").Get(t, a.authorize("user", odd))
		if _, switches := view.LoginForm(); !switches || strings.Contains(view.Body, odd) && strings.Contains(odd, "<") {
			t.Errorf("user %.20q gives %d", odd, view.Status)
		}
	}
	if view := alice.Get(t, a.authorize("user", "alice", "user", "bob")); view.Status != http.StatusBadRequest {
		t.Errorf("two users give %d", view.Status)
	}
}

func userIDOfOwnCloud(t *testing.T, g *installation.Installation, a owncloudApp, token installation.Answer) {
	if token.JSON["user_id"] != "alice" {
		t.Errorf("user_id is %v", token.JSON["user_id"])
	}
	pairwise := newOwnCloudApp(t, g, "pairwise", func(c *oauthv1alpha1.OAuthClient) { c.Spec.SubjectType = oauthv1alpha1.SubjectPairwise })
	if answer := pairwise.redeem(t, pairwise.code(t, g, "bob")); answer.JSON["user_id"] != "bob" {
		t.Errorf("of a client with pairwise subjects it is %v", answer.JSON["user_id"])
	}
	// An application that may not know the username does not learn it here either.
	stranger := newOwnCloudApp(t, g, "stranger", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"read"} })
	for _, more := range [][]string{nil, {"scope", "read"}} {
		if answer := stranger.redeem(t, stranger.code(t, g, "alice", more...)); answer.Status != http.StatusOK || answer.JSON["user_id"] != nil || strings.Contains(answer.Body, "alice") {
			t.Errorf("an application without the scope profile gets %d %v", answer.Status, members(answer))
		}
	}
	// A code of the standard endpoint tells what it was given for.
	narrow := a.code(t, g, "alice", "scope", "profile")
	if answer := send(t, http.MethodPost, a.base+"/token", http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(a.id+":"+a.secret))},
	}, query("", "grant_type", "authorization_code", "code", narrow, "redirect_uri", a.redirect)); answer.Status != http.StatusOK || answer.JSON["user_id"] != nil || answer.JSON["message_url"] != nil {
		t.Errorf("the standard endpoint answers %d with %v", answer.Status, members(answer))
	}
}

func publicOfOwnCloud(t *testing.T, g *installation.Installation) {
	a := newOwnCloudApp(t, g, "desktop", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret = oauthv1alpha1.ClientSecret{}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://localhost", "http://127.0.0.1"}
		c.Spec.PKCE = ""
	})
	a.secret = ""
	for _, redirect := range []string{"http://localhost:12345", "http://localhost:50001", "http://127.0.0.1:50001"} {
		a.redirect = redirect
		verifier, challenge := installation.Verifier()
		code := a.code(t, g, "alice", "code_challenge", challenge, "code_challenge_method", "S256")
		if answer := a.token(t, "grant_type", "authorization_code", "code", code, "redirect_uri", redirect, "client_id", a.id, "code_verifier", verifier); answer.Status != http.StatusOK || answer.JSON["user_id"] != "alice" {
			t.Errorf("%s: the answer is %d %s", redirect, answer.Status, answer.Code())
		}
	}
	a.redirect = "http://localhost:12345"
	if view := visitor(g).Get(t, a.authorize()); view.Param("error") != "invalid_request" {
		t.Errorf("without a challenge the answer is %d", view.Status)
	}
	verifier, challenge := installation.Verifier()
	code := a.code(t, g, "alice", "code_challenge", challenge, "code_challenge_method", "S256")
	if answer := a.token(t, "grant_type", "authorization_code", "code", code, "redirect_uri", a.redirect, "client_id", a.id, "code_verifier", verifier+"x"); answer.Code() != "invalid_grant" {
		t.Errorf("a wrong verifier gives %d %s", answer.Status, answer.Code())
	}
}

// desktopOfOwnCloud speaks as ownCloud's desktop program does.
func desktopOfOwnCloud(t *testing.T, g *installation.Installation) {
	const scopes = "openid offline_access email profile"
	a := newOwnCloudApp(t, g, "desktop", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://localhost"}
		c.Spec.Scopes = []oauthv1alpha1.Scope{"openid", "offline_access", "email", "profile"}
	})
	a.redirect = "http://localhost:38211"
	raw := make([]byte, 96)
	_, _ = rand.Read(raw)
	verifier := base64.URLEncoding.EncodeToString(raw)
	sum := sha256.Sum256([]byte(verifier))
	code := a.code(t, g, "alice", "code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method", "S256",
		"scope", scopes, "prompt", "consent select_account", "state", "s18", "login_hint", "alice", "user", "alice")
	twice := func(secret string, more ...string) installation.Answer {
		return a.token(t, append([]string{"client_id", a.id, "client_secret", secret, "scope", scopes}, more...)...)
	}
	redeem := []string{"grant_type", "authorization_code", "code", code, "redirect_uri", a.redirect, "code_verifier", verifier}
	if answer := twice(characters64(), redeem...); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_request" {
		t.Errorf("two different secrets give %d %s", answer.Status, answer.Code())
	}
	token := twice(a.secret, redeem...)
	if token.Status != http.StatusOK || token.JSON["user_id"] != "alice" || text(token.JSON["id_token"]) == "" {
		t.Fatalf("the answer is %d %s with %v", token.Status, token.Code(), members(token))
	}
	if next := twice(a.secret, "grant_type", "refresh_token", "refresh_token", text(token.JSON["refresh_token"])); next.Status != http.StatusOK || next.JSON["user_id"] != "alice" {
		t.Errorf("the refresh gives %d %s", next.Status, next.Code())
	}
}

func scopesOfOwnCloud(t *testing.T, g *installation.Installation, a owncloudApp) {
	v := visitor(g)
	view := v.SignIn(t, v.Get(t, a.authorize()), "bob", "bob-password")
	if _, asks := view.DecisionForm(); asks && !strings.Contains(view.Body, "Read your profile") {
		t.Error("the consent page does not say that the application learns the username")
	}
	none := newOwnCloudApp(t, g, "none", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = nil })
	v = visitor(g)
	view = v.SignIn(t, v.Get(t, none.authorize()), "alice", "alice-password")
	if _, asks := view.DecisionForm(); !asks || strings.Contains(view.Body, "It asks for") && strings.Contains(view.Body, "profile") {
		t.Errorf("the user of an application without scopes sees %d", view.Status)
	}
	answer := none.redeem(t, v.Decide(t, view, "allow").Param("code"))
	if got := strings.Join(members(answer), " "); answer.Status != http.StatusOK || got != "access_token expires_in message_url refresh_token token_type" {
		t.Errorf("it gets %d %s", answer.Status, got)
	}
}

// phonesOfOwnCloud speaks as ownCloud's programs for phones do.
func phonesOfOwnCloud(t *testing.T, g *installation.Installation) {
	phones := []oauthv1alpha1.RedirectURI{"oc://android.owncloud.com", "oc://ios.owncloud.com"}
	object := installation.Application(devenv.SystemNamespace, "phone", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs, c.Spec.PKCE = phones, oauthv1alpha1.PKCERequired
	})
	if err := g.Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Admin.Delete(context.WithoutCancel(t.Context()), object) })
	g.AwaitCondition(t, object, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectSchemeNotAllowed)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "owncloud-phones"}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": devenv.SystemNamespace}
	policy.Spec.RedirectSchemes = []oauthv1alpha1.RedirectScheme{"oc"}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Admin.Delete(context.WithoutCancel(t.Context()), policy) })
	g.AwaitCondition(t, object, oauthv1alpha1.ConditionAccepted, metav1.ConditionTrue, oauthv1alpha1.ReasonAccepted)
	a := newOwnCloudApp(t, g, "phones", func(c *oauthv1alpha1.OAuthClient) { c.Spec.RedirectURIs, c.Spec.PKCE = phones, "" })
	for _, uri := range phones {
		a.redirect = string(uri)
		verifier, challenge := installation.Verifier()
		v := visitor(g)
		back := v.Through(t, v.Get(t, a.authorize("code_challenge", challenge, "code_challenge_method", "S256", "state", "s19")), "alice")
		if back.Elsewhere == nil || !strings.HasPrefix(back.Elsewhere.String(), a.redirect+"?") || back.Param("state") != "s19" {
			t.Fatalf("the user of %s is sent to %v", uri, back.Elsewhere)
		}
		redeem := []string{"grant_type", "authorization_code", "code", back.Param("code"), "redirect_uri", a.redirect}
		if answer := a.token(t, append(redeem, "code_verifier", verifier)...); answer.Status != http.StatusOK || answer.JSON["user_id"] != "alice" {
			t.Errorf("%s: the answer is %d %s", uri, answer.Status, answer.Code())
		}
	}
	// Another program that claims the scheme and begins a request gets no code without a question.
	v := visitor(g)
	_, own := installation.Verifier()
	begun := a.authorize("code_challenge", own, "code_challenge_method", "S256", "state", "s19")
	v.Through(t, v.Get(t, begun), "alice")
	if view := v.Get(t, begun); view.Elsewhere != nil || view.Status != http.StatusOK {
		t.Errorf("a user who has agreed before is sent to %v", view.Elsewhere)
	}
	if view := v.Get(t, begun+"&prompt=none"); view.Param("error") != "consent_required" {
		t.Errorf("with prompt=none: %d %v", view.Status, view.Elsewhere)
	}
	// It gets nothing for a code of a request that it did not begin.
	if view := visitor(g).Get(t, a.authorize("state", "s19")); view.Param("error") != "invalid_request" {
		t.Errorf("without a challenge the answer is %d", view.Status)
	}
	_, challenge := installation.Verifier()
	other, _ := installation.Verifier()
	code := a.code(t, g, "alice", "code_challenge", challenge, "code_challenge_method", "S256")
	if answer := a.token(t, "grant_type", "authorization_code", "code", code, "redirect_uri", a.redirect, "code_verifier", other); answer.Code() != "invalid_grant" {
		t.Errorf("another verifier gives %d %s", answer.Status, answer.Code())
	}
	for _, redirect := range []string{"oc://evil.example", "oc://ios.owncloud.com/", "oc:/ios.owncloud.com", "OC://ios.owncloud.com"} {
		a.redirect = redirect
		if view := visitor(g).Get(t, a.authorize("code_challenge", challenge, "code_challenge_method", "S256")); view.Status != http.StatusBadRequest || view.Elsewhere != nil {
			t.Errorf("%s gives %d", redirect, view.Status)
		}
	}
}
