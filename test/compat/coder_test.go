package compat

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// coderCallback is that of the documentation.
const coderCallback = "https://myapp.example.com/callback"

// coder speaks as the documentation of Coder does with curl.
type coder struct {
	url, session string
}

// coderApp is an application of it.
type coderApp struct {
	url, id, secret, callback string
}

// coderServer makes the server speak as Coder.
func coderServer(t testing.TB) *installation.Installation {
	t.Helper()
	g := grantor(t)
	afterwards(t, g)
	configured(t, g, func(server *oauthv1alpha1.OAuthServer) {
		scope(server, oauthv1alpha1.ScopeDefinition{Name: "account", Description: "End what you allowed applications", Restricted: true})
		server.Spec.Registration = nil
		server.Spec.Compatibility = []oauthv1alpha1.CompatibilityProfile{oauthv1alpha1.CompatibilityCoder}
	})
	return g
}

// call sends a request to a path with the session token.
func (c coder) call(t testing.TB, method, path string, body any) installation.Answer {
	t.Helper()
	header, text := http.Header{}, ""
	if c.session != "" {
		header.Set("Authorization", "Bearer "+c.session)
	}
	if body != nil {
		header.Set("Content-Type", "application/json")
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(raw)
	}
	return send(t, method, c.url+path, header, text)
}

const apps = "/api/v2/oauth2-provider/apps"

// create registers an application.
func (c coder) create(t testing.TB, name string) installation.Answer {
	t.Helper()
	var answer installation.Answer
	// The setting of the server takes a moment to be everywhere.
	installation.Eventually(t, installation.Effective, func() bool {
		answer = c.call(t, http.MethodPost, apps, map[string]string{"name": name, "callback_url": coderCallback, "icon": "https://myapp.example.com/icon.png"})
		return answer.Status != http.StatusForbidden && answer.Status != http.StatusServiceUnavailable
	}, func() string { return "application: " + answer.Code() })
	return answer
}

// app registers an application and generates its client secret.
func (c coder) app(t testing.TB, name string) coderApp {
	t.Helper()
	made := c.create(t, name)
	secret := c.call(t, http.MethodPost, apps+"/"+text(made.JSON["id"])+"/secrets", nil)
	if made.Status != http.StatusCreated || text(secret.JSON["client_secret_full"]) == "" {
		t.Fatalf("the application is %d %s, its secret %d %s", made.Status, made.Body, secret.Status, secret.Code())
	}
	return coderApp{c.url, text(made.JSON["id"]), text(secret.JSON["client_secret_full"]), coderCallback}
}

func (a coderApp) authorize(more ...string) string {
	return query(a.url+"/oauth2/authorize", append([]string{"client_id", a.id, "response_type", "code", "redirect_uri", a.callback, "state", "random-string"}, more...)...)
}

func (a coderApp) tokens(t testing.TB, form ...string) installation.Answer {
	t.Helper()
	return send(t, http.MethodPost, a.url+"/oauth2/tokens", http.Header{"Content-Type": {formType}}, query("", form...))
}

// exchange is the documented token exchange.
func (a coderApp) exchange(t testing.TB, code string) installation.Answer {
	t.Helper()
	return a.tokens(t, "grant_type", "authorization_code", "code", code, "client_id", a.id, "client_secret", a.secret, "redirect_uri", a.callback)
}

// signIn takes a user through the documented flow.
func (a coderApp) signIn(t testing.TB, v *installation.Visitor, username string) installation.Answer {
	t.Helper()
	view := v.Through(t, v.Get(t, a.authorize()), username)
	answer := a.exchange(t, view.Param("code"))
	if answer.Status != http.StatusOK {
		t.Fatalf("/oauth2/tokens answers %d %s", answer.Status, answer.Body)
	}
	return answer
}

func me(t testing.TB, at, token string) installation.Answer {
	t.Helper()
	return get(t, at+"/api/v2/users/me", http.Header{"Authorization": {"Bearer " + token}})
}

// shellVerifier is what the documented line makes of random bytes: openssl rand -base64 96 |
// tr -d "=+/" | cut -c1-128.
func shellVerifier(random []byte) string {
	text := strings.NewReplacer("=", "", "+", "", "/", "").Replace(base64.StdEncoding.EncodeToString(random))
	return text[:min(len(text), 128)]
}

// shellChallenge is what the documented line makes of a verifier, which deletes + and / instead
// of writing - and _.
func shellChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	text := strings.NewReplacer("=", "", "+", "", "/", "").Replace(base64.StdEncoding.EncodeToString(sum[:]))
	return text[:min(len(text), 43)]
}

// rightChallenge is what the line of docs/guides/coder.md makes of it: tr '+/' '-_' | tr -d '='.
func rightChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return strings.NewReplacer("=", "", "+", "-", "/", "_").Replace(base64.StdEncoding.EncodeToString(sum[:]))
}

// verifiers returns one whose documented challenge is right, and one whose is not.
func verifiers() (lucky, unlucky string) {
	for n := range 10_000 {
		random := make([]byte, 96)
		for i := range random {
			random[i] = byte(n*31 + i*i*7 + i)
		}
		sum := sha256.Sum256(random)
		copy(random, sum[:])
		if verifier := shellVerifier(random); shellChallenge(verifier) == rightChallenge(verifier) {
			lucky = verifier
		} else {
			unlucky = verifier
		}
		if lucky != "" && unlucky != "" {
			return lucky, unlucky
		}
	}
	return lucky, unlucky
}

func TestCoder(t *testing.T) {
	g := coderServer(t)
	r := newRegistrar(t, g)
	admin := coder{g.Issuer, r.token(t, "registration")}
	v := visitor(g)
	var made installation.Answer
	var app coderApp
	var view installation.View
	var token installation.Answer

	t.Run("K1: an application has a name, a callback URL and an icon", func(t *testing.T) {
		made = admin.create(t, "My Application")
		if made.Status != http.StatusCreated || made.JSON["name"] != "My Application" || made.JSON["callback_url"] != coderCallback || made.JSON["icon"] != "https://myapp.example.com/icon.png" {
			t.Fatalf("the application is %d %s", made.Status, made.Body)
		}
		endpoints, _ := made.JSON["endpoints"].(map[string]any)
		for name, want := range map[string]string{
			"authorization": g.Issuer + "/oauth2/authorize", "token": g.Issuer + "/oauth2/tokens", "token_revoke": g.Issuer + "/oauth2/revoke", "device_authorization": "",
		} {
			if endpoints[name] != want {
				t.Errorf("endpoint %s is %v", name, endpoints[name])
			}
		}
		id := text(made.JSON["id"])
		if !strings.HasPrefix(id, r.namespace+".reg-") {
			t.Errorf("the ID is %q", id)
		}
		if one := admin.call(t, http.MethodGet, apps+"/"+id, nil); one.Status != http.StatusOK || one.JSON["id"] != id || one.JSON["callback_url"] != coderCallback {
			t.Errorf("it is read as %d %s", one.Status, one.Body)
		}
		var list []map[string]any
		all := admin.call(t, http.MethodGet, apps, nil)
		if err := json.Unmarshal([]byte(all.Body), &list); err != nil || len(list) != 1 || list[0]["id"] != id {
			t.Errorf("the list is %d %s", all.Status, all.Body)
		}
		for name, session := range map[string]string{"no token": "", "a made-up token": "x", "another scope": r.token(t, "read")} {
			other := coder{g.Issuer, session}
			if answer := other.call(t, http.MethodPost, apps, map[string]string{"name": "x", "callback_url": coderCallback}); answer.Status != http.StatusUnauthorized && answer.Code() != "insufficient_scope" {
				t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
			}
		}
	})
	t.Run("K2: a client secret is generated", func(t *testing.T) {
		id := text(made.JSON["id"])
		secret := admin.call(t, http.MethodPost, apps+"/"+id+"/secrets", nil)
		if secret.Status != http.StatusCreated || secret.JSON["id"] != "1" || !strings.HasPrefix(text(secret.JSON["client_secret_full"]), "gcs_") || secret.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("the secret is answered with %d %s", secret.Status, secret.Code())
		}
		app = coderApp{g.Issuer, id, text(secret.JSON["client_secret_full"]), coderCallback}
		var list []map[string]any
		all := admin.call(t, http.MethodGet, apps+"/"+id+"/secrets", nil)
		if err := json.Unmarshal([]byte(all.Body), &list); err != nil || len(list) != 1 || list[0]["id"] != "1" || strings.Contains(all.Body, app.secret) ||
			list[0]["last_used_at"] != nil || list[0]["client_secret_truncated"] != app.secret[len(app.secret)-4:] {
			t.Errorf("the list is %d", all.Status)
		}
	})
	t.Run("K3: users authorize at /oauth2/authorize", func(t *testing.T) {
		view = v.Get(t, app.authorize())
		if _, asks := view.LoginForm(); !asks || view.URL.Path != "/oauth2/authorize" {
			t.Fatalf("the page is %d at %s", view.Status, view.URL.Path)
		}
		view = v.SignIn(t, view, "alice", "alice-password")
		if !strings.Contains(view.Body, "My Application") || !strings.Contains(view.Body, "Read your profile") || !strings.Contains(view.Body, "Read your email address") {
			t.Errorf("the user is not told what the application gets: %d", view.Status)
		}
		view = v.Decide(t, view, "allow")
		if view.Param("code") == "" || view.Param("state") != "random-string" {
			t.Fatalf("the user is sent back with %v", view.Param("error"))
		}
	})
	t.Run("K4: the token is at /oauth2/tokens, with the secret in the body", func(t *testing.T) {
		wrong := app
		wrong.secret += "x"
		if answer := wrong.exchange(t, view.Param("code")); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_client" {
			t.Errorf("another secret: %d %s", answer.Status, answer.Code())
		}
		token = app.exchange(t, view.Param("code"))
		if token.Status != http.StatusOK || text(token.JSON["access_token"]) == "" || text(token.JSON["refresh_token"]) == "" || token.JSON["token_type"] != "Bearer" {
			t.Fatalf("/oauth2/tokens answers %d %s", token.Status, token.Code())
		}
	})
	t.Run("K5: /api/v2/users/me says who the user is", func(t *testing.T) {
		user := me(t, g.Issuer, text(token.JSON["access_token"]))
		roles, isList := user.JSON["roles"].([]any)
		if user.Status != http.StatusOK || text(user.JSON["id"]) == "" || user.JSON["username"] != "alice" || user.JSON["name"] != "Alice Example" ||
			user.JSON["email"] != "alice@example.com" || user.JSON["avatar_url"] != "" || !isList || len(roles) != 0 {
			t.Errorf("the user is %d %s", user.Status, user.Body)
		}
		if answer := get(t, g.Issuer+"/api/v2/users/me", nil); answer.Status != http.StatusUnauthorized || !strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("without a token: %d", answer.Status)
		}
		if answer := get(t, query(g.Issuer+"/api/v2/users/me", "access_token", text(token.JSON["access_token"])), nil); answer.Status != http.StatusUnauthorized {
			t.Errorf("a token in the URL is answered with %d", answer.Status)
		}
	})
	t.Run("K6: a public client uses PKCE, and the documented shell line is wrong for most verifiers", func(t *testing.T) {
		public := publicApp(t, g)
		lucky, unlucky := verifiers()
		redeem := func(challenge, verifier string) installation.Answer {
			view := v.Get(t, public.authorize("code_challenge", challenge, "code_challenge_method", "S256"))
			if view.Elsewhere == nil {
				view = v.Through(t, view, "alice")
			}
			if view.Param("error") != "" {
				return installation.Answer{JSON: map[string]any{"error": view.Param("error")}}
			}
			return public.tokens(t, "grant_type", "authorization_code", "code", view.Param("code"), "client_id", public.id, "code_verifier", verifier)
		}
		if answer := redeem(shellChallenge(lucky), lucky); answer.Status != http.StatusOK {
			t.Errorf("a challenge without + and /: %d %s", answer.Status, answer.Code())
		}
		if answer := redeem(shellChallenge(unlucky), unlucky); answer.Code() != "invalid_request" && answer.Code() != "invalid_grant" {
			t.Errorf("a challenge that lacks characters: %d %s", answer.Status, answer.Code())
		}
		if answer := redeem(rightChallenge(unlucky), unlucky); answer.Status != http.StatusOK {
			t.Errorf("the right challenge: %d %s", answer.Status, answer.Code())
		}
		if answer := redeem(rightChallenge(lucky), unlucky); answer.Code() != "invalid_grant" {
			t.Errorf("the challenge of another verifier: %d %s", answer.Status, answer.Code())
		}
		if view := v.Get(t, public.authorize()); view.Param("error") != "invalid_request" {
			t.Errorf("without a challenge: %d %v", view.Status, view.Elsewhere)
		}
	})
	t.Run("K6b: with PKCE, the token request needs no redirect_uri", func(t *testing.T) {
		verifier, challenge := installation.Verifier()
		with := v.Through(t, v.Get(t, app.authorize("code_challenge", challenge, "code_challenge_method", "S256")), "alice")
		if answer := app.tokens(t, "grant_type", "authorization_code", "code", with.Param("code"), "client_id", app.id, "client_secret", app.secret, "code_verifier", verifier); answer.Status != http.StatusOK {
			t.Errorf("with PKCE: %d %s", answer.Status, answer.Code())
		}
		without := v.Through(t, v.Get(t, app.authorize()), "alice")
		if answer := app.tokens(t, "grant_type", "authorization_code", "code", without.Param("code"), "client_id", app.id, "client_secret", app.secret); answer.Code() != "invalid_grant" {
			t.Errorf("without: %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("K7: a verifier has up to 128 characters", func(t *testing.T) {
		public := publicApp(t, g)
		for length, wanted := range map[int]string{128: "", 129: "invalid_grant", 42: "invalid_grant"} {
			verifier := strings.Repeat("v", length)
			view := v.Through(t, v.Get(t, public.authorize("code_challenge", rightChallenge(verifier), "code_challenge_method", "S256")), "alice")
			if answer := public.tokens(t, "grant_type", "authorization_code", "code", view.Param("code"), "client_id", public.id, "code_verifier", verifier); answer.Code() != wanted {
				t.Errorf("%d characters: %d %s", length, answer.Status, answer.Code())
			}
		}
	})
	t.Run("K8: the metadata of the server", func(t *testing.T) {
		document := discovery(t, g.Issuer)
		for name, want := range map[string]string{"issuer": g.Issuer, "authorization_endpoint": g.Issuer + "/authorize", "token_endpoint": g.Issuer + "/token"} {
			if document[name] != want {
				t.Errorf("%s is %v", name, document[name])
			}
		}
	})
	t.Run("K9: the metadata of the resource", func(t *testing.T) {
		document := get(t, g.Issuer+"/.well-known/oauth-protected-resource", nil)
		servers, _ := document.JSON["authorization_servers"].([]any)
		methods, _ := document.JSON["bearer_methods_supported"].([]any)
		if document.Status != http.StatusOK || document.JSON["resource"] != g.Issuer || len(servers) != 1 || servers[0] != g.Issuer || len(methods) != 1 || methods[0] != "header" {
			t.Errorf("the document is %d %s", document.Status, document.Body)
		}
		if other := get(t, g.Issuer+"/.well-known/oauth-protected-resource/other", nil); other.Status != http.StatusNotFound {
			t.Errorf("another resource is %d %s", other.Status, other.Body)
		}
	})
	t.Run("K10: refresh tokens are used at /oauth2/tokens", func(t *testing.T) {
		next := app.tokens(t, "grant_type", "refresh_token", "refresh_token", text(token.JSON["refresh_token"]), "client_id", app.id, "client_secret", app.secret)
		if next.Status != http.StatusOK || text(next.JSON["refresh_token"]) == "" || next.JSON["refresh_token"] == token.JSON["refresh_token"] {
			t.Fatalf("/oauth2/tokens answers %d %s", next.Status, next.Code())
		}
		token = next
		if user := me(t, g.Issuer, text(token.JSON["access_token"])); user.Status != http.StatusOK {
			t.Errorf("the next token gives %d", user.Status)
		}
	})
	t.Run("K11: DELETE /oauth2/tokens ends all tokens of an application", func(t *testing.T) {
		elsewhere := app.signIn(t, visitor(g), "alice")
		others := app.signIn(t, visitor(g), "bob")
		session := coder{g.Issuer, text(token.JSON["access_token"])}
		if answer := session.call(t, http.MethodDelete, "/oauth2/tokens?client_id="+url.QueryEscape(app.id), nil); answer.Status != http.StatusNoContent || answer.Body != "" {
			t.Fatalf("DELETE answers %d %s", answer.Status, answer.Body)
		}
		for name, ended := range map[string]installation.Answer{"this": token, "another session": elsewhere} {
			if user := me(t, g.Issuer, text(ended.JSON["access_token"])); user.Status != http.StatusUnauthorized {
				t.Errorf("%s: the access token gives %d", name, user.Status)
			}
			if next := app.tokens(t, "grant_type", "refresh_token", "refresh_token", text(ended.JSON["refresh_token"]), "client_id", app.id, "client_secret", app.secret); next.Code() != "invalid_grant" {
				t.Errorf("%s: the refresh token gives %d %s", name, next.Status, next.Code())
			}
		}
		if user := me(t, g.Issuer, text(others.JSON["access_token"])); user.Status != http.StatusOK {
			t.Errorf("the token of another user gives %d", user.Status)
		}
		// The consent has ended, too.
		if view := v.Get(t, app.authorize()); len(view.Forms) == 0 {
			t.Errorf("the user is not asked again: %d", view.Status)
		}
	})
	t.Run("K12: errors say what is wrong", func(t *testing.T) {
		wrong := app
		wrong.callback += "/other"
		if view := v.Get(t, wrong.authorize()); view.Status != http.StatusBadRequest || view.Elsewhere != nil || !strings.Contains(view.Body, "an address that it has not registered") {
			t.Errorf("another callback: %d %v", view.Status, view.Elsewhere)
		}
		verifier, challenge := installation.Verifier()
		view := v.Through(t, v.Get(t, app.authorize("code_challenge", challenge, "code_challenge_method", "S256")), "alice")
		answer := app.tokens(t, "grant_type", "authorization_code", "code", view.Param("code"), "client_id", app.id, "client_secret", app.secret, "redirect_uri", app.callback, "code_verifier", verifier+"x")
		if answer.Code() != "invalid_grant" || !strings.Contains(text(answer.JSON["error_description"]), "code_verifier") {
			t.Errorf("another verifier: %d %s", answer.Status, answer.Body)
		}
	})
	t.Run("K13: no client_credentials, and no scope is needed", func(t *testing.T) {
		if answer := app.tokens(t, "grant_type", "client_credentials", "client_id", app.id, "client_secret", app.secret); answer.Code() != "unauthorized_client" {
			t.Errorf("client_credentials: %d %s", answer.Status, answer.Code())
		}
		if answer := app.signIn(t, visitor(g), "alice"); answer.JSON["scope"] != "profile email" {
			t.Errorf("the scope is %v", answer.JSON["scope"])
		}
	})
	t.Run("K14: clients register at /oauth2/register, and manage that at /oauth2/clients", func(t *testing.T) {
		answer := admin.call(t, http.MethodPost, "/oauth2/register", map[string]any{"client_name": "Dynamic", "redirect_uris": []string{coderCallback}, "grant_types": []string{"authorization_code"}})
		at := text(answer.JSON["registration_client_uri"])
		if answer.Status != http.StatusCreated || !strings.HasPrefix(at, g.Issuer+"/oauth2/clients/") {
			t.Fatalf("/oauth2/register answers %d %s", answer.Status, answer.Code())
		}
		own := coder{at, text(answer.JSON["registration_access_token"])}
		read := own.call(t, http.MethodGet, "", nil)
		if read.Status != http.StatusOK || read.JSON["client_name"] != "Dynamic" || read.JSON["registration_client_uri"] != at {
			t.Errorf("GET answers %d %s", read.Status, read.Code())
		}
		changed := own.call(t, http.MethodPut, "", map[string]any{"client_id": answer.JSON["client_id"], "client_name": "Changed", "redirect_uris": []string{coderCallback}})
		if changed.Status != http.StatusOK || changed.JSON["client_name"] != "Changed" {
			t.Errorf("PUT answers %d %s", changed.Status, changed.Code())
		}
		if answer := (coder{at, "x"}).call(t, http.MethodGet, "", nil); answer.Status != http.StatusUnauthorized {
			t.Errorf("another token: %d", answer.Status)
		}
		if gone := own.call(t, http.MethodDelete, "", nil); gone.Status != http.StatusNoContent {
			t.Errorf("DELETE answers %d %s", gone.Status, gone.Body)
		}
		if gone := own.call(t, http.MethodGet, "", nil); gone.Status != http.StatusUnauthorized {
			t.Errorf("after that, GET answers %d", gone.Status)
		}
	})
	t.Run("K15: the next secret replaces the one before, and secrets and applications are deleted", func(t *testing.T) {
		secret := admin.call(t, http.MethodPost, apps+"/"+app.id+"/secrets", nil)
		if secret.JSON["client_secret_full"] != app.secret {
			t.Error("soon after the registration, it is another secret")
		}
		rotate(t, g, r, app.id)
		next := app
		next.secret = text(admin.call(t, http.MethodPost, apps+"/"+app.id+"/secrets", nil).JSON["client_secret_full"])
		if next.secret == "" || next.secret == app.secret {
			t.Fatal("there is no next secret")
		}
		if answer := app.exchange(t, "x"); answer.Code() != "invalid_client" {
			t.Errorf("the former secret: %d %s", answer.Status, answer.Code())
		}
		if answer := next.exchange(t, "x"); answer.Code() != "invalid_grant" {
			t.Errorf("the next secret: %d %s", answer.Status, answer.Code())
		}
		endOfSecret(t, admin, next)
		if gone := admin.call(t, http.MethodDelete, apps+"/"+app.id, nil); gone.Status != http.StatusNoContent {
			t.Fatalf("DELETE answers %d %s", gone.Status, gone.Body)
		}
		if gone := admin.call(t, http.MethodGet, apps+"/"+app.id, nil); gone.Status != http.StatusNotFound {
			t.Errorf("after that, GET answers %d %s", gone.Status, gone.Body)
		}
		if answer := next.exchange(t, "x"); answer.Code() != "invalid_client" {
			t.Errorf("after that: %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("off, its paths are not there", func(t *testing.T) {
		speaking(t, g, oauthv1alpha1.CompatibilityGancio)
		absent(t, g, "/oauth2/authorize", "/oauth2/tokens", "/oauth2/revoke", "/oauth2/register", "/oauth2/clients/x", apps, apps+"/x", apps+"/x/secrets", "/api/v2/users/me")
		for method, path := range map[string]string{http.MethodDelete: "/oauth2/tokens?client_id=" + app.id, http.MethodGet: "/.well-known/oauth-protected-resource", http.MethodPost: apps} {
			if answer := admin.call(t, method, path, nil); answer.Status != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path, answer.Status)
			}
		}
	})
}

// endOfSecret makes the client secret of an application void.
func endOfSecret(t testing.TB, admin coder, app coderApp) {
	t.Helper()
	at := apps + "/" + app.id + "/secrets"
	var list []map[string]any
	if all := admin.call(t, http.MethodGet, at, nil); json.Unmarshal([]byte(all.Body), &list) != nil || len(list) != 1 || list[0]["client_secret_truncated"] != app.secret[len(app.secret)-4:] {
		t.Fatalf("the list is %d", all.Status)
	}
	present := text(list[0]["id"])
	// Those that were replaced are gone, and one that will come cannot go before.
	for _, id := range []string{"1", present + "0", "0", "-1", "0" + present, "x", present + "/x"} {
		if answer := admin.call(t, http.MethodDelete, at+"/"+id, nil); answer.Status != http.StatusNotFound {
			t.Errorf("secret %s: %d %s", id, answer.Status, answer.Code())
		}
	}
	if answer := app.exchange(t, "x"); answer.Code() != "invalid_grant" {
		t.Errorf("after that, the secret is answered with %d %s", answer.Status, answer.Code())
	}
	if answer := (coder{admin.url, "x"}).call(t, http.MethodDelete, at+"/"+present, nil); answer.Status != http.StatusUnauthorized {
		t.Errorf("with another token: %d", answer.Status)
	}
	if gone := admin.call(t, http.MethodDelete, at+"/"+present, nil); gone.Status != http.StatusNoContent || gone.Body != "" {
		t.Fatalf("DELETE answers %d %s", gone.Status, gone.Body)
	}
	if answer := app.exchange(t, "x"); answer.Code() != "invalid_client" {
		t.Errorf("without it: %d %s", answer.Status, answer.Code())
	}
	if gone := admin.call(t, http.MethodDelete, at+"/"+present, nil); gone.Status != http.StatusNotFound {
		t.Errorf("a second time, DELETE answers %d", gone.Status)
	}
	app.secret = text(admin.call(t, http.MethodPost, at, nil).JSON["client_secret_full"])
	if answer := app.exchange(t, "x"); answer.Code() != "invalid_grant" {
		t.Errorf("the next secret: %d %s", answer.Status, answer.Code())
	}
}

// publicApp is an application without a client secret.
func publicApp(t testing.TB, g *installation.Installation) coderApp {
	t.Helper()
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "public", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{coderCallback}
		c.Spec.Scopes = []oauthv1alpha1.Scope{"profile", "email"}
	}))
	return coderApp{g.Issuer, app.ID, "", coderCallback}
}

// rotate makes the present secret of an application void, as an administrator does it.
func rotate(t testing.TB, g *installation.Installation, r registrar, id string) {
	t.Helper()
	edit(t, g, r.namespace, strings.TrimPrefix(id, r.namespace+"."), func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Derived.Generation++ })
}
