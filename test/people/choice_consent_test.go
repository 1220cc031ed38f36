package people

import (
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func promptsForConsent(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentPrompt }

// consents returns how many decisions are stored about an application.
func consents(t testing.TB, app installation.App) int {
	t.Helper()
	list := &sessionv1alpha1.ConsentList{}
	if err := grantor(t).Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range list.Items {
		if list.Items[i].Spec.ClientUID == string(app.Object.UID) {
			n++
		}
	}
	return n
}

// consent: Remember asks once, and again for more.
func TestConsentRemember(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	view, _ := authorize(t, app, v, url.Values{"scope": {"openid email"}})
	view = v.SignIn(t, view, "alice", "alice-password")
	asksToAgree(t, view)
	for _, shown := range []string{"Sign you in", "Read your email address", app.Object.Namespace, "alice"} {
		if !strings.Contains(view.Body, shown) {
			t.Errorf("the page does not show %q", shown)
		}
	}
	answered(t, v.Decide(t, view, "allow"))
	for _, scope := range []string{"openid email", "openid"} {
		view, _ := authorize(t, app, v, url.Values{"scope": {scope}})
		answered(t, view)
	}
	view, _ = authorize(t, app, v, url.Values{"scope": {"openid email phone"}})
	asksToAgree(t, view)
	answered(t, v.Decide(t, view, "allow"))
	for _, scope := range []string{"openid phone", "openid email phone"} {
		view, _ := authorize(t, app, v, url.Values{"scope": {scope}})
		answered(t, view)
	}
	view, _ = authorize(t, app, v, url.Values{"claims": {`{"userinfo":{"address":null}}`}})
	asksToAgree(t, view)
	if n := consents(t, app); n != 1 {
		t.Errorf("%d consents are stored", n)
	}
	elsewhere := visitor(t)
	view, _ = authorize(t, app, elsewhere, url.Values{"scope": {"openid email phone"}})
	answered(t, elsewhere.SignIn(t, view, "alice", "alice-password"))
}

// The page promises what the application will get: no refresh tokens to a client that
// gets none, nothing of a claim that no ID token or userinfo will carry, and it says of
// which there is nothing to tell.
func TestConsentPromisesWhatTheApplicationGets(t *testing.T) {
	t.Parallel()
	person := newPerson(t)
	with, without := newApp(t), newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
	})
	page := func(app installation.App, more url.Values) (*installation.Visitor, installation.View, string) {
		v := visitor(t)
		view, verifier := authorize(t, app, v, more)
		view = v.SignIn(t, view, person.Spec.Username, person.Spec.Username+"-password")
		asksToAgree(t, view)
		return v, view, verifier
	}
	offline := url.Values{"scope": {"openid offline_access"}}
	if _, view, _ := page(with, offline); !strings.Contains(view.Body, stays) || strings.Contains(view.Body, "Stay signed in") {
		t.Errorf("the page does not say that the application keeps its access:\n%s", view.Body)
	}
	v, view, verifier := page(without, offline)
	if strings.Contains(view.Body, stays) || strings.Contains(view.Body, "offline_access") {
		t.Errorf("the page promises what the application will not get:\n%s", view.Body)
	}
	if tokens := tokensOf(t, without.Redeem(t, answered(t, v.Decide(t, view, "allow")), verifier, nil)); tokens["scope"] != "openid" || tokens["refresh_token"] != nil {
		t.Errorf("the application is answered %v", tokens)
	}
	_, view, _ = page(with, url.Values{"scope": {"read"}, "claims": {`{"userinfo":{"email":null},"id_token":{"address":null}}`}})
	if strings.Contains(view.Body, "email address") || strings.Contains(view.Body, "postal address") {
		t.Errorf("the page promises claims that the application will not get:\n%s", view.Body)
	}
	_, view, _ = page(with, url.Values{"scope": {"openid profile email phone"}})
	if n := strings.Count(view.Body, "(your account has none)"); n != 2 {
		t.Errorf("the page says of %d things that there is none:\n%s", n, view.Body)
	}
}

// consent: Prompt asks each time and remembers nothing.
func TestConsentPrompt(t *testing.T) {
	t.Parallel()
	app, v := newApp(t, promptsForConsent), visitor(t)
	app.Tokens(t, v, "alice", nil)
	for range 2 {
		view, verifier := authorize(t, app, v, nil)
		asksToAgree(t, view)
		tokensOf(t, app.Redeem(t, answered(t, v.Decide(t, view, "allow")), verifier, nil))
	}
	view, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
	refusedTo(t, app, view, "consent_required")
	if n := consents(t, app); n != 0 {
		t.Errorf("%d consents are stored", n)
	}
}

// Choice "consent: Skip": refused without a policy.
func TestConsentSkip(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := installation.Application(shared.Namespace(t), "app", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentSkip })
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonConsentNotAllowed)
	view, _ := authorize(t, installation.App{Issuer: g.Issuer, ID: c.ClientID(), Redirect: installation.Redirect}, visitor(t), nil)
	errorPage(t, view)
}

// accountForm finds the form of the account page with an action and an id.
func accountForm(t testing.TB, view installation.View, action, id string) (installation.Form, bool) {
	t.Helper()
	for _, form := range view.Forms {
		if form.Values.Get("action") == action && (id == "" || form.Values.Get("id") == id) {
			return form, true
		}
	}
	return installation.Form{}, false
}

// Withdrawing at /account ends what the application holds, at every replica, and what
// was about to be redeemed.
func TestWithdrawAtAccount(t *testing.T) {
	t.Parallel()
	app, other, person, v := newApp(t), newApp(t), newPerson(t), visitor(t)
	h := holding(t, app, v, person.Spec.Username, url.Values{"scope": {"openid offline_access"}})
	kept := other.Tokens(t, v, person.Spec.Username, nil)
	account := v.Get(t, app.Issuer+"/account")
	form, ok := accountForm(t, account, "withdraw", string(app.Object.UID))
	if !ok {
		t.Fatalf("the account page does not show the application: %d %s", account.Status, account.Body)
	}
	account = v.Submit(t, account, form, nil)
	if _, ok := accountForm(t, account, "withdraw", string(app.Object.UID)); ok {
		t.Error("the account page still shows the application")
	}
	if _, ok := accountForm(t, account, "withdraw", string(other.Object.UID)); !ok {
		t.Error("the account page does not show the other application any more")
	}
	h.ends(t, app, "invalid_grant")
	alive(t, other, kept)
	view, verifier := authorize(t, app, v, nil)
	asksToAgree(t, view)
	alive(t, app, tokensOf(t, app.Redeem(t, answered(t, v.Decide(t, view, "allow")), verifier, nil)))
	denied(t, app.Redeem(t, h.code, h.verifier, nil), "invalid_grant")
}

// The account page ends a Login of another browser, and with it what is bound to it.
func TestSignOutAnotherBrowserAtAccount(t *testing.T) {
	t.Parallel()
	app, person, lost, v := newApp(t), newPerson(t), visitor(t), visitor(t)
	tokens := app.Tokens(t, lost, person.Spec.Username, nil)
	nextSecond()
	app.Tokens(t, v, person.Spec.Username, nil)
	account := v.Get(t, app.Issuer+"/account")
	for {
		var end *installation.Form
		for i, form := range account.Forms {
			if form.Values.Get("action") == "end" && !strings.Contains(around(account.Body, form.Values.Get("id")), "This browser") {
				end = &account.Forms[i]
			}
		}
		if end == nil {
			break
		}
		account = v.Submit(t, account, *end, nil)
	}
	denied(t, app.Refresh(t, refresh(tokens), nil), "invalid_grant")
	view, _ := authorize(t, app, lost, url.Values{"prompt": {"none"}})
	refusedTo(t, app, view, "login_required")
	view, _ = authorize(t, app, v, url.Values{"prompt": {"none"}})
	answered(t, view)
}

// around returns the entry of the list that an id is in.
func around(body, id string) string {
	at := strings.Index(body, id)
	return body[strings.LastIndex(body[:at], "<li>"):at]
}

// Only the user changes an account, in the browser that shows the page.
func TestAccountFormsOfOthers(t *testing.T) {
	t.Parallel()
	app, person, v := newApp(t), newPerson(t), visitor(t)
	tokens := app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {"openid offline_access"}})
	account := v.Get(t, app.Issuer+"/account")
	form, ok := accountForm(t, account, "withdraw", string(app.Object.UID))
	if !ok {
		t.Fatal("the account page does not show the application")
	}
	stranger := visitor(t)
	app.Tokens(t, stranger, "bob", nil)
	for name, who := range map[string]*installation.Visitor{"somebody else": stranger, "nobody": visitor(t)} {
		if view := who.Submit(t, account, form, nil); view.Status != 403 {
			t.Errorf("%s: answered %d", name, view.Status)
		}
	}
	mine := stranger.Get(t, app.Issuer+"/account")
	own, ok := accountForm(t, mine, "withdraw", string(app.Object.UID))
	if !ok {
		t.Fatal("the account page does not show the application")
	}
	for _, form := range account.Forms {
		if form.Values.Get("action") == "end" {
			own.Values.Set("action", "end")
			own.Values.Set("id", form.Values.Get("id"))
			stranger.Submit(t, mine, own, nil)
		}
	}
	time.Sleep(100 * time.Millisecond)
	alive(t, app, tokens)
	view, _ := authorize(t, app, v, url.Values{"prompt": {"none"}, "scope": {"openid offline_access"}})
	answered(t, view)
}
