package people

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

func authTime(t testing.TB, app installation.App, tokens map[string]any) int64 {
	t.Helper()
	at, ok := identified(t, app, tokens)["auth_time"].(float64)
	if !ok {
		t.Fatal("the ID token has no auth_time")
	}
	return int64(at)
}

// signedIn is a visitor who has signed in to an application as alice, with what the
// application got.
func signedIn(t testing.TB, app installation.App) (*installation.Visitor, map[string]any) {
	t.Helper()
	v := visitor(t)
	return v, app.Tokens(t, v, "alice", nil)
}

// nextSecond waits until times in seconds differ from those of before.
func nextSecond() { time.Sleep(1100 * time.Millisecond) }

// tolerated checks that a parameter changes nothing.
func tolerated(t *testing.T, more url.Values) {
	t.Helper()
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", more)
	view, _ := authorize(t, app, v, more)
	answered(t, view)
}

func TestDisplayPage(t *testing.T)  { tolerated(t, url.Values{"display": {"page"}}) }
func TestDisplayPopup(t *testing.T) { tolerated(t, url.Values{"display": {"popup"}}) }
func TestUILocales(t *testing.T)    { tolerated(t, url.Values{"ui_locales": {"se fr-CA"}}) }
func TestClaimsLocales(t *testing.T) {
	tolerated(t, url.Values{"claims_locales": {"se"}})
}
func TestACRValues(t *testing.T) { tolerated(t, url.Values{"acr_values": {"urn:a urn:b"}}) }

// The class of a sign-in is answered where it was asked for, also to one that cannot be
// chosen, and again after a refresh; a password meets what it is the class of.
func TestClassOfSignIns(t *testing.T) {
	t.Parallel()
	const password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	app := newApp(t)
	v, _ := signedIn(t, app)
	for name, test := range map[string]struct {
		more url.Values
		want any
	}{
		"not asked for":    {nil, nil},
		"acr_values":       {url.Values{"acr_values": {"urn:a 0"}}, password},
		"a claim":          {url.Values{"claims": {`{"id_token":{"acr":null}}`}}, password},
		"an essential one": {url.Values{"claims": {`{"id_token":{"acr":{"essential":true,"values":["` + password + `"]}}}`}}, password},
	} {
		tokens := app.Tokens(t, v, "alice", test.more)
		if got := identified(t, app, tokens); got["acr"] != test.want {
			t.Errorf("%s: acr is %v", name, got["acr"])
		}
		if _, told := about(t, app, tokens)["acr"]; told {
			t.Errorf("%s: userinfo has acr", name)
		}
		if got := identified(t, app, tokensOf(t, app.Refresh(t, refresh(tokens), nil))); got["acr"] != test.want {
			t.Errorf("%s: acr is %v after a refresh", name, got["acr"])
		}
	}
}

func TestPromptLogin(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, before := signedIn(t, app)
	nextSecond()
	view, verifier := authorize(t, app, v, url.Values{"prompt": {"login"}})
	asksToSignIn(t, view)
	view = v.SignIn(t, view, "alice", "alice-password")
	after := tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
	if was, is := authTime(t, app, before), authTime(t, app, after); is <= was {
		t.Errorf("auth_time was %d and is %d", was, is)
	}
}

// The page of prompt=login is worth nothing unless a user signs in at it.
func TestPromptLoginCannotBeSkipped(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, _ := signedIn(t, app)
	view, _ := authorize(t, app, v, url.Values{"prompt": {"login"}})
	form, _ := view.LoginForm()
	for _, path := range []string{"/consent", "/login"} {
		skipped := v.Get(t, app.Issuer+path+"?"+url.Values{"flow": form.Values["flow"]}.Encode())
		if skipped.Param("code") != "" {
			t.Errorf("%s gives a code without a password", path)
		}
		skipped = v.Send(t, postForm(t, app.Issuer+path, form.Values, map[string]string{"decision": "allow"}))
		if skipped.Param("code") != "" {
			t.Errorf("a POST to %s gives a code without a password", path)
		}
	}
}

// Nor is a page that somebody signed in at worth anything to whoever is signed in to
// the browser later: that person gave no password for the request.
func TestPromptLoginOfAnotherUser(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := visitor(t)
	app.Tokens(t, v, "alice", nil)
	view, _ := authorize(t, app, v, url.Values{"prompt": {"login consent"}})
	page := v.SignIn(t, view, "bob", "bob-password")
	asksToAgree(t, page)
	elsewhere, _ := authorize(t, app, v, url.Values{"prompt": {"login"}})
	answered(t, v.SignIn(t, elsewhere, "alice", "alice-password"))
	asksToSignIn(t, v.Get(t, page.URL.String()))
	asksToSignIn(t, v.Decide(t, page, "allow"))
}

func TestPromptSelectAccountAndConsent(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, _ := signedIn(t, app)
	view, _ := authorize(t, app, v, url.Values{"prompt": {"select_account"}})
	asksToSignIn(t, view)
	view, _ = authorize(t, app, v, url.Values{"prompt": {"consent"}})
	asksToAgree(t, view)
	answered(t, v.Decide(t, view, "allow"))
	view, _ = authorize(t, app, v, url.Values{"prompt": {"consent login"}})
	asksToSignIn(t, view)
	view = v.SignIn(t, view, "alice", "alice-password")
	asksToAgree(t, view)
	answered(t, v.Decide(t, view, "allow"))
}

func TestPromptCombinationsThatAreRefused(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, _ := signedIn(t, app)
	for _, prompt := range []string{"none login", "none consent", "login none", "none none", "create", "NONE", "login,consent", "none\x00"} {
		view, _ := authorize(t, app, v, url.Values{"prompt": {prompt}})
		refusedTo(t, app, view, "invalid_request")
	}
}

func TestPromptNoneNotLoggedIn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	view, _ := authorize(t, app, visitor(t), url.Values{"prompt": {"none"}})
	refusedTo(t, app, view, "login_required")
}

func TestPromptNoneLoggedIn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, before := signedIn(t, app)
	view, verifier := authorize(t, app, v, url.Values{"prompt": {"none"}})
	after := tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
	was, is := identified(t, app, before), identified(t, app, after)
	if was["sub"] != is["sub"] || was["auth_time"] != is["auth_time"] {
		t.Errorf("the ID token said %v and says %v", was, is)
	}
	view, _ = authorize(t, app, v, url.Values{"prompt": {"none"}, "scope": {"openid email"}})
	refusedTo(t, app, view, "consent_required")
	view, _ = authorize(t, newApp(t), v, url.Values{"prompt": {"none"}})
	if view.Param("error") != "consent_required" {
		t.Errorf("an application that the person does not know is answered %s", view.Elsewhere)
	}
}

func TestMaxAge1(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, before := signedIn(t, app)
	time.Sleep(1500 * time.Millisecond)
	view, _ := authorize(t, app, v, url.Values{"max_age": {"1"}, "prompt": {"none"}})
	refusedTo(t, app, view, "login_required")
	view, verifier := authorize(t, app, v, url.Values{"max_age": {"1"}})
	asksToSignIn(t, view)
	view = v.SignIn(t, view, "alice", "alice-password")
	after := tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
	if was, is := authTime(t, app, before), authTime(t, app, after); is <= was {
		t.Errorf("auth_time was %d and is %d", was, is)
	}
}

func TestMaxAge10000(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, before := signedIn(t, app)
	view, verifier := authorize(t, app, v, url.Values{"max_age": {"10000"}})
	after := tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
	if was, is := authTime(t, app, before), authTime(t, app, after); is != was {
		t.Errorf("auth_time was %d and is %d", was, is)
	}
}

func TestMaxAge0AndOthers(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, _ := signedIn(t, app)
	view, _ := authorize(t, app, v, url.Values{"max_age": {"0"}})
	asksToSignIn(t, view)
	for _, age := range []string{"-1", "x", "1.5", "99999999999999999999", "1 2", " 1", "1s"} {
		view, _ := authorize(t, app, v, url.Values{"max_age": {age}})
		refusedTo(t, app, view, "invalid_request")
	}
}

func TestIDTokenHint(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v, tokens := signedIn(t, app)
	hint := text(tokens["id_token"])
	view, verifier := authorize(t, app, v, url.Values{"prompt": {"none"}, "id_token_hint": {hint}})
	again := tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
	if identified(t, app, again)["sub"] != identified(t, app, tokens)["sub"] {
		t.Error("the ID tokens speak of different people")
	}

	other := visitor(t)
	app.Tokens(t, other, "bob", nil)
	view, _ = authorize(t, app, other, url.Values{"prompt": {"none"}, "id_token_hint": {hint}})
	refusedTo(t, app, view, "login_required")
	view, _ = authorize(t, app, other, url.Values{"id_token_hint": {hint}})
	asksToSignIn(t, view)
	refusedTo(t, app, other.SignIn(t, view, "bob", "bob-password"), "login_required")

	foreign := newApp(t)
	for name, wrong := range map[string]string{
		"of another client": text(foreign.Tokens(t, v, "alice", nil)["id_token"]), "an access token": bearer(tokens),
		"unsigned": strings.Join(append(strings.Split(hint, ".")[:2], ""), "."), "no token": "x",
	} {
		t.Run(name, func(t *testing.T) {
			view, _ := authorize(t, app, v, url.Values{"id_token_hint": {wrong}})
			refusedTo(t, app, view, "invalid_request")
		})
	}
}

func TestLoginHint(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, hint := range []string{"bob@example.com", `"><script>alert(1)</script>`, "\xff", strings.Repeat("x", 5000)} {
		view, _ := authorize(t, app, visitor(t), url.Values{"login_hint": {hint}})
		asksToSignIn(t, view)
		form, _ := view.LoginForm()
		if got := form.Values.Get("username"); got != hint && (got != "" || len(hint) < 256 && hint != "\xff") {
			t.Errorf("the form begins with %q, not %q", got, hint)
		}
	}
}
