package factors

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// addPasskey adds a passkey at the account page.
func (p *person) addPasskey(t testing.TB, key *authenticator, name string) installation.View {
	t.Helper()
	view := p.browser.Get(t, p.g.Issuer+"/account/security")
	if _, ok := view.LoginForm(); ok {
		view = p.browser.SignIn(t, view, p.name, p.name+"-password")
	}
	return p.browser.Submit(t, view, form(t, view, "action", "add-passkey"), url.Values{
		"action": {"add-passkey"}, "name": {name}, "passkey": {key.create(t, asked(t, view))},
	})
}

func use(t testing.TB, v *installation.Visitor, view installation.View, answer string) installation.View {
	t.Helper()
	return v.Submit(t, view, form(t, view, "passkey", ""), url.Values{"passkey": {answer}})
}

func TestPasskeys(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "key-ada")
	elsewhere := newAuthenticator(t, "https://login.example")
	if view := p.addPasskey(t, elsewhere, "phished"); view.Status != http.StatusForbidden || p.enrollment(t) != nil {
		t.Errorf("a passkey of another origin is added: %d", view.Status)
	}
	key := newAuthenticator(t, g.Issuer)
	codes := recoveryCodes(t, p.addPasskey(t, key, "  Ada's <b>phone</b>  "))
	if view := p.browser.Get(t, g.Issuer+"/account/security"); !strings.Contains(view.Body, "Ada&#39;s &lt;b&gt;phone&lt;/b&gt;") {
		t.Errorf("the name of the passkey is not shown: %s", view.Body)
	} else if policy := view.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") {
		t.Errorf("the policy is %s", policy)
	}

	v := visitor(g)
	view := p.at(t, v, replica(g, 1)+"/account")
	q := asked(t, view)
	if len(q.Allowed) != 1 || q.RPID != "localhost" {
		t.Errorf("the browser is asked %+v", q)
	}
	for name, change := range map[string]func(*authenticator){
		"another origin":        func(a *authenticator) { a.origin = "https://login.example" },
		"another relying party": func(a *authenticator) { a.rp = "login.example" },
		"another key":           func(a *authenticator) { a.key = newAuthenticator(t, g.Issuer).key },
		"another passkey":       func(a *authenticator) { a.id = newAuthenticator(t, g.Issuer).id },
	} {
		forged := *key
		change(&forged)
		if got := use(t, v, view, forged.get(t, q)); got.Status != http.StatusForbidden || p.signedIn(t, v) {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	other := q
	other.Challenge = b64.EncodeToString(make([]byte, 32))
	for name, text := range map[string]string{
		"another challenge": key.get(t, other), "nothing": "{}", "no JSON": "x", "null": "null", "huge": strings.Repeat("[", 1<<15),
	} {
		if got := use(t, v, view, text); got.Status != http.StatusForbidden && got.Status != http.StatusRequestEntityTooLarge || p.signedIn(t, v) {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	key.counter += 10
	answer := key.get(t, q)
	if got := use(t, v, view, answer); got.Status != http.StatusOK || !p.signedIn(t, v) {
		t.Fatalf("a passkey: %d %s", got.Status, got.Body)
	}
	v.Decide(t, v.Get(t, g.Issuer+"/logout"), "allow")
	if got := use(t, v, view, answer); got.Status != http.StatusForbidden || p.signedIn(t, v) {
		t.Errorf("the same answer once more: %d", got.Status)
	}
	if got := use(t, v, view, key.get(t, q)); got.Status != http.StatusForbidden || p.signedIn(t, v) {
		t.Errorf("the same question once more: %d", got.Status)
	}

	copied := *key
	copied.counter -= 5
	v = visitor(g)
	view = p.at(t, v, replica(g, 2)+"/account")
	if got := use(t, v, view, copied.get(t, asked(t, view))); got.Status != http.StatusForbidden || p.signedIn(t, v) {
		t.Errorf("a copy of the passkey: %d", got.Status)
	} else if !strings.Contains(got.Body, "may have been copied") {
		t.Errorf("the page does not say so: %s", got.Body)
	}
	if got := give(t, v, view, codes[0]); got.Status != http.StatusOK || !p.signedIn(t, v) {
		t.Errorf("a recovery code: %d", got.Status)
	}

	// The last factor takes the recovery codes along.
	view = v.Get(t, g.Issuer+"/account/security")
	view = v.Submit(t, view, form(t, view, "action", "rename"), url.Values{"action": {"rename"}, "name": {strings.Repeat("é", 200)}})
	if !strings.Contains(view.Body, ">"+strings.Repeat("é", 64)+"<") {
		t.Errorf("the name: %s", view.Body)
	}
	v.Submit(t, view, form(t, view, "action", "remove-passkey"), url.Values{"action": {"remove-passkey"}})
	if stored := p.enrollment(t); len(stored.Spec.Factors) != 0 {
		t.Errorf("stored: %v", stored.Spec.Factors)
	}
	fresh := visitor(g)
	p.at(t, fresh, g.Issuer+"/account")
	if !p.signedIn(t, fresh) {
		t.Error("who has no factor any more is asked for one")
	}
}

// TestPasskeyAtSignIn adds one where every user needs a second factor.
func TestPasskeyAtSignIn(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOff)
	p := newPerson(t, g, "key-grace")
	grantor(t, oauthv1alpha1.SecondFactorRequire)
	key := newAuthenticator(t, g.Issuer)
	view := p.at(t, p.browser, g.Issuer+"/account")
	view = use(t, p.browser, view, key.create(t, asked(t, view)))
	recoveryCodes(t, view)
	if press(t, p.browser, view, "continue"); !p.signedIn(t, p.browser) {
		t.Fatal("not signed in")
	}
	v := visitor(g)
	view = p.at(t, v, g.Issuer+"/account")
	if use(t, v, view, key.get(t, asked(t, view))); !p.signedIn(t, v) {
		t.Error("the passkey does not sign in")
	}
}
