package compat

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// plugin speaks as an application of Gancio does, such as its plugin for WordPress: it is told
// the domain of an instance, and registers there. It does as the documentation says, without
// state, PKCE and, for the token, redirect_uri.
type plugin struct {
	instance         string
	id, secret       string
	redirect, scopes string
}

// gancioRedirect is that of the documentation.
const gancioRedirect = "https://noblogs.org/"

// gancioServer lets applications of Gancio register.
func gancioServer(t testing.TB, change ...func(*oauthv1alpha1.AnonymousRegistration)) *installation.Installation {
	t.Helper()
	g := grantor(t)
	afterwards(t, g)
	configured(t, g, asGancio(change...))
	return g
}

// asGancio makes a server speak as Gancio.
func asGancio(change ...func(*oauthv1alpha1.AnonymousRegistration)) func(*oauthv1alpha1.OAuthServer) {
	return func(server *oauthv1alpha1.OAuthServer) {
		scope(server, oauthv1alpha1.ScopeDefinition{Name: "event:write", Description: "Add and change events"})
		server.Spec.HTTP.TrustedProxies = []oauthv1alpha1.Network{"127.0.0.0/8", "::1"}
		anonymous := oauthv1alpha1.AnonymousRegistration{
			Mode:          oauthv1alpha1.AnonymousRegistrationSealed,
			RedirectHosts: []oauthv1alpha1.RedirectHost{"noblogs.org", "app.example", "localhost"},
			Scopes:        []oauthv1alpha1.Scope{"openid", "profile", "event:write"},
		}
		for _, f := range change {
			f(&anonymous)
		}
		server.Spec.Registration = &oauthv1alpha1.ServerRegistration{Anonymous: anonymous}
		server.Spec.Compatibility = []oauthv1alpha1.CompatibilityProfile{oauthv1alpha1.CompatibilityGancio}
	}
}

// scope adds a scope to the catalogue of a server.
func scope(server *oauthv1alpha1.OAuthServer, wanted oauthv1alpha1.ScopeDefinition) {
	for i := range server.Spec.Scopes {
		if server.Spec.Scopes[i].Name == wanted.Name {
			server.Spec.Scopes[i] = wanted
			return
		}
	}
	server.Spec.Scopes = append(server.Spec.Scopes, wanted)
}

// gancioForm are the parameters of the documentation.
func gancioForm(more ...string) string {
	values := url.Values{"client_name": {"Wordpress Event Manager"}, "redirect_uris": {gancioRedirect}, "website": {"https://myapp.example"}}
	for n := 0; n < len(more); n += 2 {
		if values.Set(more[n], more[n+1]); more[n+1] == "" {
			values.Del(more[n])
		}
	}
	return values.Encode()
}

// createClient posts a body to /api/client from an address that no other request has.
func createClient(t testing.TB, instance, kind, body string) installation.Answer {
	t.Helper()
	return send(t, http.MethodPost, instance+"/api/client", http.Header{"Content-Type": {kind}, "X-Forwarded-For": {address()}}, body)
}

const formType = "application/x-www-form-urlencoded"

// newPlugin registers an application.
func newPlugin(t testing.TB, g *installation.Installation, more ...string) plugin {
	t.Helper()
	answer := createClient(t, g.Issuer, formType, gancioForm(more...))
	if answer.Status != http.StatusOK {
		t.Fatalf("/api/client answers %d %s", answer.Status, answer.Body)
	}
	return plugin{g.Issuer, text(answer.JSON["client_id"]), text(answer.JSON["client_secret"]), text(answer.JSON["redirect_uris"]), text(answer.JSON["scopes"])}
}

func (p plugin) authorize() string {
	return query(p.instance+"/authorize", "response_type", "code", "redirect_uri", p.redirect, "scope", p.scopes, "client_id", p.id)
}

func (p plugin) token(t testing.TB, code string, more ...string) installation.Answer {
	t.Helper()
	form := query("", append([]string{
		"client_id", p.id, "client_secret", p.secret, "scope", p.scopes, "grant_type", "authorization_code", "code", code,
	}, more...)...)
	return send(t, http.MethodPost, p.instance+"/oauth/token", http.Header{"Content-Type": {formType}}, form)
}

// code signs a user in and returns what the application is sent.
func (p plugin) code(t testing.TB, v *installation.Visitor, username string) string {
	t.Helper()
	view := v.Through(t, v.Get(t, p.authorize()), username)
	if view.Param("code") == "" {
		t.Fatalf("the application got %s", view.Param("error"))
	}
	return view.Param("code")
}

func TestGancio(t *testing.T) {
	g := gancioServer(t)
	v := visitor(g)
	var made installation.Answer
	var p plugin
	var page installation.View

	t.Run("G1: the user names the instance, which is the issuer", func(t *testing.T) {
		if discovery(t, g.Issuer)["issuer"] != g.Issuer {
			t.Error("the instance is not the issuer")
		}
	})
	t.Run("G2: an application registers with a form or JSON", func(t *testing.T) {
		made = createClient(t, g.Issuer, formType, gancioForm())
		if made.Status != http.StatusOK || made.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("/api/client answers %d %s", made.Status, made.Body)
		}
		other := createClient(t, g.Issuer, "application/json", `{"client_name":"App","redirect_uris":"https://app.example/cb","scopes":"event:write","website":"https://app.example"}`)
		if other.Status != http.StatusOK || other.JSON["name"] != "App" || other.JSON["redirectUris"] != "https://app.example/cb" {
			t.Errorf("JSON is answered with %d %s", other.Status, other.Body)
		}
		none := createClient(t, g.Issuer, formType, gancioForm("website", "", "client_name", ""))
		if none.Status != http.StatusOK || none.JSON["scopes"] != "event:write" || none.JSON["website"] != "" {
			t.Errorf("without a website, a name and scopes: %d %s", none.Status, none.Body)
		}
	})
	t.Run("G3: it is told the documented members", func(t *testing.T) {
		for name, want := range map[string]string{
			"name": "Wordpress Event Manager", "scopes": "event:write", "website": "https://myapp.example", "redirect_uris": gancioRedirect, "redirectUris": gancioRedirect,
		} {
			if made.JSON[name] != want {
				t.Errorf("%s is %v", name, made.JSON[name])
			}
		}
		p = plugin{g.Issuer, text(made.JSON["client_id"]), text(made.JSON["client_secret"]), text(made.JSON["redirect_uris"]), text(made.JSON["scopes"])}
		if len(made.JSON) != 7 || p.id == "" || p.secret == "" {
			t.Errorf("there are %d members", len(made.JSON))
		}
	})
	t.Run("G4: another scope is refused with 422", func(t *testing.T) {
		for _, scopes := range []string{"event:read", "event:write openid", "profile"} {
			if answer := createClient(t, g.Issuer, formType, gancioForm("scopes", scopes)); answer.Status != http.StatusUnprocessableEntity || answer.Code() != "invalid_client_metadata" {
				t.Errorf("%s: %d %s", scopes, answer.Status, answer.Body)
			}
		}
	})
	t.Run("G5: the ID is not longer than documented here", func(t *testing.T) {
		if len(p.id) > 600 || len(p.secret) > 100 {
			t.Errorf("%d and %d characters", len(p.id), len(p.secret))
		}
	})
	t.Run("G6: an instance and an application on localhost", func(t *testing.T) {
		// What is on the user's computer needs PKCE.
		local := newPlugin(t, g, "redirect_uris", "http://localhost/cb")
		if view := v.Get(t, local.authorize()); view.Param("error") != "invalid_request" {
			t.Errorf("without PKCE: %d %v", view.Status, view.Elsewhere)
		}
		verifier, challenge := installation.Verifier()
		view := v.Through(t, v.Get(t, local.authorize()+"&code_challenge_method=S256&code_challenge="+challenge), "alice")
		if answer := local.token(t, view.Param("code"), "code_verifier", verifier); answer.Status != http.StatusOK {
			t.Errorf("with PKCE: %d %s", answer.Status, answer.Body)
		}
	})
	t.Run("G7: users authorize at /authorize with four parameters", func(t *testing.T) {
		page = v.Get(t, p.authorize())
		if _, asks := page.LoginForm(); asks {
			page = v.SignIn(t, page, "alice", "alice-password")
		}
		if page.Status != http.StatusOK || !strings.Contains(page.Body, "Wordpress Event Manager") || !strings.Contains(page.Body, "noblogs.org") {
			t.Fatalf("the page is %d", page.Status)
		}
	})
	t.Run("G8: the user is asked, each time, and sent back with a code", func(t *testing.T) {
		if !strings.Contains(page.Body, "Add and change events") || !strings.Contains(page.Body, "This application registered itself") || strings.Contains(page.Body, "https://myapp.example") {
			t.Error("the page does not say what is allowed to whom")
		}
		page = v.Decide(t, page, "allow")
		if page.Elsewhere == nil || page.Elsewhere.Scheme+"://"+page.Elsewhere.Host+page.Elsewhere.Path != gancioRedirect || page.Param("code") == "" {
			t.Fatalf("the user is sent elsewhere: %d", page.Status)
		}
		again := v.Get(t, p.authorize())
		if _, asks := again.DecisionForm(); !asks {
			t.Error("the user is not asked again")
		}
		if again = v.Decide(t, again, "deny"); again.Param("error") != "access_denied" {
			t.Errorf("denying gives %v", again.Elsewhere)
		}
	})
	t.Run("G9: the token needs no redirect_uri and no PKCE", func(t *testing.T) {
		wrong := p
		wrong.secret = p.secret[:len(p.secret)-1] + "x"
		if answer := wrong.token(t, page.Param("code")); answer.Code() != "invalid_client" {
			t.Errorf("another secret: %d %s", answer.Status, answer.Code())
		}
		answer := p.token(t, page.Param("code"))
		if answer.Status != http.StatusOK || text(answer.JSON["access_token"]) == "" || answer.JSON["scope"] != "event:write" || answer.JSON["token_type"] != "Bearer" {
			t.Fatalf("/oauth/token answers %d %s", answer.Status, answer.Code())
		}
		if again := p.token(t, page.Param("code")); again.Code() != "invalid_grant" {
			t.Errorf("the code counts twice: %d", again.Status)
		}
	})
	t.Run("G10: the scope of a token request is event:write, and narrows nothing", func(t *testing.T) {
		code := p.code(t, v, "alice")
		wider := p
		wider.scopes = "event:write profile"
		if answer := wider.token(t, code); answer.Code() != "invalid_scope" {
			t.Errorf("another scope: %d %s", answer.Status, answer.Code())
		}
		wider.scopes = ""
		if answer := wider.token(t, code); answer.Status != http.StatusOK || answer.JSON["scope"] != "event:write" {
			t.Errorf("without a scope: %d %s", answer.Status, answer.Code())
		}
	})
	t.Run("G11: the scope is event:write and no other", func(t *testing.T) {
		other := p
		for _, scopes := range []string{"openid", "profile", "event:write profile"} {
			other.scopes = scopes
			if view := v.Get(t, other.authorize()); view.Param("error") != "invalid_scope" {
				t.Errorf("%s: %d %v", scopes, view.Status, view.Elsewhere)
			}
		}
		ready := func(status string) {
			installation.Eventually(t, installation.Effective, func() bool { return condition(t, g, "CompatibilityReady") == status }, func() string { return "CompatibilityReady " + status })
		}
		ready("True")
		configured(t, g, asGancio(func(a *oauthv1alpha1.AnonymousRegistration) { a.Scopes = nil }))
		ready("False")
		if answer := createClient(t, g.Issuer, formType, gancioForm()); answer.Status != http.StatusForbidden || !strings.Contains(answer.Body, "spec.registration.anonymous.scopes") {
			t.Errorf("without the scope: %d %s", answer.Status, answer.Body)
		}
		configured(t, g, asGancio())
	})
	t.Run("G12: anyone can read what an application registered", func(t *testing.T) {
		answer := get(t, g.Issuer+"/api/client/"+p.id, nil)
		if answer.Status != http.StatusOK || len(answer.JSON) != 3 || answer.JSON["name"] != "Wordpress Event Manager" || answer.JSON["website"] != "https://myapp.example" ||
			answer.JSON["scopes"] != "event:write" || strings.Contains(answer.Body, p.secret) {
			t.Errorf("the application is %d %s", answer.Status, answer.Body)
		}
		// One that registered in another way is not theirs.
		other := send(t, http.MethodPost, g.Issuer+"/register", http.Header{"Content-Type": {"application/json"}, "X-Forwarded-For": {address()}}, `{"redirect_uris":["https://app.example/cb"]}`)
		for _, id := range []string{"", "x", text(other.JSON["client_id"]), p.id + "x", p.id + "/", "default", strings.Repeat("g", 700)} {
			if answer := get(t, g.Issuer+"/api/client/"+id, nil); answer.Status != http.StatusNotFound {
				t.Errorf("%q: %d %s", id, answer.Status, answer.Body)
			}
		}
	})
	t.Run("off, its paths are not there, and its applications have ended", func(t *testing.T) {
		code := p.code(t, v, "alice")
		speaking(t, g, oauthv1alpha1.CompatibilityCloudron)
		absent(t, g, "/api/client", "/api/client/"+p.id, "/oauth/token")
		if answer := createClient(t, g.Issuer, formType, gancioForm()); answer.Status != http.StatusNotFound {
			t.Errorf("registering: %d", answer.Status)
		}
		if answer := p.token(t, code); answer.Status != http.StatusNotFound {
			t.Errorf("the token: %d", answer.Status)
		}
		app := installation.App{Issuer: g.Issuer, ID: p.id, Secret: p.secret, Redirect: p.redirect}
		if answer := app.Redeem(t, code, "", nil); answer.Code() != "invalid_client" {
			t.Errorf("the token at /token: %d %s", answer.Status, answer.Code())
		}
	})
}
