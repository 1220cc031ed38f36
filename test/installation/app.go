package installation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Redirect is where the applications of tests are.
const Redirect = "https://app.example/callback"

// Application returns an OAuthClient, not yet created, of an application that signs
// people in and may ask for everything.
func Application(namespace, name string, change ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: oauthv1alpha1.OAuthClientSpec{
			RedirectURIs: []oauthv1alpha1.RedirectURI{Redirect},
			Scopes:       []oauthv1alpha1.Scope{"openid", "profile", "email", "address", "phone", "groups", "offline_access", "read", "write"},
		},
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// App is an application as it knows itself.
type App struct {
	// Issuer is where it sends people; a replica's URL where a test wants one.
	Issuer     string
	ID, Secret string
	Redirect   string
	Object     *oauthv1alpha1.OAuthClient
}

// NewApp creates an application and waits until it is ready.
func (i *Installation) NewApp(t testing.TB, c *oauthv1alpha1.OAuthClient) App {
	t.Helper()
	c = i.Create(t, c)
	app := App{Issuer: i.Issuer, ID: c.ClientID(), Redirect: Redirect, Object: c}
	if c.Spec.Authentication.Method.HasSecret() {
		app.Secret = i.Value(t, c)
	}
	return app
}

// Verifier returns a PKCE verifier and its challenge.
func Verifier() (verifier, challenge string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	verifier = base64.RawURLEncoding.EncodeToString(raw)
	sum := sha256.Sum256([]byte(verifier))
	return verifier, base64.RawURLEncoding.EncodeToString(sum[:])
}

// AuthorizationURL returns the URL of an authorization request, and its verifier. A
// parameter without values is left out.
func (a App) AuthorizationURL(more url.Values) (to, verifier string) {
	verifier, challenge := Verifier()
	values := url.Values{
		"response_type": {"code"}, "client_id": {a.ID}, "redirect_uri": {a.Redirect}, "scope": {"openid"}, "state": {"some-state"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for name, list := range more {
		if values[name] = list; len(list) == 0 {
			delete(values, name)
		}
	}
	return a.Issuer + "/authorize?" + values.Encode(), verifier
}

// Push pushes an authorization request (RFC 9126), and returns where the visitor is sent
// then, its verifier and the answer.
func (a App) Push(t testing.TB, more url.Values) (to, verifier string, answer Answer) {
	t.Helper()
	to, verifier = a.AuthorizationURL(more)
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	id := a.ID
	if a.Secret == "" {
		id = ""
	}
	answer = Post(t, a.Issuer+"/par", id, a.Secret, u.Query())
	uri, _ := answer.JSON["request_uri"].(string)
	return a.Issuer + "/authorize?" + url.Values{"client_id": {a.ID}, "request_uri": {uri}}.Encode(), verifier, answer
}

// SignIn fills in the login form, and does so again while the server shows it again to
// say that many people sign in at this moment.
func (v *Visitor) SignIn(t testing.TB, view View, username, password string) View {
	t.Helper()
	form, ok := view.LoginForm()
	if !ok {
		t.Fatalf("no login form: %d %v\n%s", view.Status, view.Elsewhere, view.Body)
	}
	next := v.Submit(t, view, form, url.Values{"username": {username}, "password": {password}})
	for tries := 0; next.Status == http.StatusServiceUnavailable && tries < 20; tries++ {
		if _, again := next.LoginForm(); !again {
			break
		}
		time.Sleep(time.Second / 2)
		next = v.Submit(t, view, form, url.Values{"username": {username}, "password": {password}})
	}
	return next
}

// Decide presses a button of a form that asks for a decision.
func (v *Visitor) Decide(t testing.TB, view View, decision string) View {
	t.Helper()
	form, ok := view.DecisionForm()
	if !ok {
		t.Fatalf("no decision to take: %d %v\n%s", view.Status, view.Elsewhere, view.Body)
	}
	return v.Submit(t, view, form, url.Values{"decision": {decision}})
}

// Through does whatever is asked until the application has an answer: signs in as
// the person and agrees.
func (v *Visitor) Through(t testing.TB, view View, username string) View {
	t.Helper()
	if _, ok := view.LoginForm(); ok {
		view = v.SignIn(t, view, username, username+"-password")
	}
	if _, ok := view.DecisionForm(); ok {
		view = v.Decide(t, view, "allow")
	}
	if view.Elsewhere == nil {
		t.Fatalf("the application got no answer: %d\n%s", view.Status, view.Body)
	}
	return view
}

// Code sends a visitor through an authorization request and returns its code and
// verifier.
func (a App) Code(t testing.TB, v *Visitor, username string, more url.Values) (code, verifier string) {
	t.Helper()
	to, verifier := a.AuthorizationURL(more)
	view := v.Through(t, v.Get(t, to), username)
	if code = view.Param("code"); code == "" {
		t.Fatalf("the application got %s", view.Elsewhere)
	}
	return code, verifier
}

// Redeem asks for the tokens of a code.
func (a App) Redeem(t testing.TB, code, verifier string, more url.Values) Answer {
	t.Helper()
	return a.Ask(t, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {a.Redirect}, "code_verifier": {verifier}}, more)
}

// Refresh asks for the next tokens.
func (a App) Refresh(t testing.TB, token string, more url.Values) Answer {
	t.Helper()
	return a.Ask(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}, more)
}

// Ask sends a token request as the application.
func (a App) Ask(t testing.TB, values, more url.Values) Answer {
	t.Helper()
	for name, list := range more {
		if values[name] = list; len(list) == 0 {
			delete(values, name)
		}
	}
	return a.Post(t, "/token", values)
}

// Post sends a form to an endpoint as the application.
func (a App) Post(t testing.TB, path string, form url.Values) Answer {
	t.Helper()
	id := a.ID
	if a.Secret == "" {
		form.Set("client_id", a.ID)
		id = ""
	}
	return Post(t, a.Issuer+path, id, a.Secret, form)
}

// Tokens signs a person in and returns what the application gets.
func (a App) Tokens(t testing.TB, v *Visitor, username string, more url.Values) map[string]any {
	t.Helper()
	code, verifier := a.Code(t, v, username, more)
	return a.redeemed(t, code, verifier)
}

// TokensOf returns what the application gets for the code that a visitor brings back.
func (a App) TokensOf(t testing.TB, view View, verifier string) map[string]any {
	t.Helper()
	code := view.Param("code")
	if code == "" {
		t.Fatalf("the application got no code: %d %v %v\n%s", view.Status, view.URL, view.Elsewhere, view.Body)
	}
	return a.redeemed(t, code, verifier)
}

func (a App) redeemed(t testing.TB, code, verifier string) map[string]any {
	t.Helper()
	answer := a.Redeem(t, code, verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("the token endpoint answers %d %s", answer.Status, answer.Body)
	}
	return answer.JSON
}
