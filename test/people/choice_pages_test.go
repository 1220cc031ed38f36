package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// Pages may not be framed, kept or told of to others, and their cookies are bound to
// the host and out of the reach of scripts.
func TestPagesProtectThemselves(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	signIn, _ := authorize(t, app, v, nil)
	agree := v.SignIn(t, signIn, "alice", "alice-password")
	wrong, _ := authorize(t, app, visitor(t), url.Values{"client_id": {"unknown"}})
	for name, view := range map[string]installation.View{"sign in": signIn, "consent": agree, "account": v.Get(t, app.Issuer+"/account"), "applications": v.Get(t, app.Issuer+"/applications"), "logout": v.Get(t, app.Issuer+"/logout"), "an error": wrong} {
		csp := view.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe-inline") {
			t.Errorf("%s: the policy is %q", name, csp)
		}
		for header, value := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"} {
			if view.Header.Get(header) != value {
				t.Errorf("%s: %s is %q", name, header, view.Header.Get(header))
			}
		}
	}
	set := (&http.Response{Header: signIn.Header}).Cookies()
	if len(set) != 1 {
		t.Fatalf("the sign-in page sets %d cookies", len(set))
	}
	for _, cookie := range set {
		if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("the cookie is %v", cookie)
		}
	}
}

// A wrong password is answered with the form again, which then works.
func TestWrongPassword(t *testing.T) {
	t.Parallel()
	app, person, v := newApp(t), newPerson(t), visitor(t)
	view, verifier := authorize(t, app, v, nil)
	name := person.Spec.Username
	for _, wrong := range []string{"wrong", "", name + "-password ", strings.Repeat("x", 2000), "\x00"} {
		view = v.SignIn(t, view, name, wrong)
		form, ok := view.LoginForm()
		if view.Status != http.StatusForbidden || !ok || form.Values.Get("username") != name || form.Values.Get("password") != "" {
			t.Fatalf("the password %.20q is answered %d with %v", wrong, view.Status, form.Values)
		}
	}
	tokensOf(t, app.Redeem(t, v.Through(t, view, name).Elsewhere.Query().Get("code"), verifier, nil))
}

// A form counts in the browser that it was made for, at its own page, as it was made.
func TestFormsOfOtherBrowsersAndPages(t *testing.T) {
	t.Parallel()
	app, v, other := newApp(t), visitor(t), visitor(t)
	view, _ := authorize(t, app, v, nil)
	login, _ := view.LoginForm()
	another, _ := authorize(t, app, other, nil)
	asksToSignIn(t, another)
	for name, who := range map[string]*installation.Visitor{"another browser": other, "one without cookies": visitor(t)} {
		got := who.Submit(t, view, login, url.Values{"username": {"alice"}, "password": {"alice-password"}})
		if got.Status != http.StatusForbidden || got.Elsewhere != nil {
			t.Errorf("%s is answered %d", name, got.Status)
		}
	}
	agree := v.SignIn(t, view, "alice", "alice-password")
	decision, _ := agree.DecisionForm()
	victim := visitor(t)
	app.Tokens(t, victim, "bob", nil)
	if got := victim.Submit(t, agree, decision, url.Values{"decision": {"allow"}}); got.Status != http.StatusForbidden {
		t.Errorf("the consent page of another browser is answered %d", got.Status)
	}
	flow := decision.Values.Get("flow")
	for name, wrong := range map[string]string{
		"none": "", "of another page": login.Values.Get("flow"), "damaged": flow[:len(flow)-3] + "AAA", "a part": flow[:20], "garbage": "x", "NUL": "\x00", "huge": strings.Repeat("A", 30000),
	} {
		got := v.Send(t, postForm(t, app.Issuer+"/consent", url.Values{"flow": {wrong}}, map[string]string{"decision": "allow"}))
		if got.Status != http.StatusBadRequest || got.Elsewhere != nil {
			t.Errorf("a form with the flow %s is answered %d", name, got.Status)
		}
	}
	for _, wrong := range []string{"", "maybe", "ALLOW", "allow deny"} {
		got := v.Submit(t, agree, decision, url.Values{"decision": {wrong}})
		if got.Status != http.StatusBadRequest || got.Elsewhere != nil {
			t.Errorf("the decision %q is answered %d", wrong, got.Status)
		}
	}
	answered(t, v.Submit(t, agree, decision, url.Values{"decision": {"allow"}}))
}

// A cookie that is sent twice, is garbage, or is another issuer's signs no user in.
func TestStrangeCookies(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	var login, mark *http.Cookie
	for _, cookie := range v.Cookies(app.Issuer) {
		if strings.HasSuffix(cookie.Name, "-login") {
			login = cookie
		} else {
			mark = cookie
		}
	}
	to, _ := app.AuthorizationURL(url.Values{"prompt": {"none"}})
	with := func(cookies ...string) installation.View {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
		request.Header["Cookie"] = cookies
		return visitor(t).Send(t, request)
	}
	whole := login.Name + "=" + login.Value
	answered(t, with(whole))
	answered(t, with("a=b; "+whole+"; c=d"))
	for name, cookies := range map[string][]string{
		"twice": {whole + "; " + whole}, "in two headers": {whole, whole}, "damaged": {whole[:len(whole)-3] + "AAA"}, "cut off": {whole[:len(whole)-3]}, "longer": {whole + "A"},
		"empty": {login.Name + "="}, "garbage": {login.Name + "=\xff;;;==,"}, "quoted twice": {login.Name + `=""` + login.Value}, "huge": {login.Name + "=" + strings.Repeat("A", 8000)},
		"the mark instead": {login.Name + "=" + mark.Value}, "under the other name": {mark.Name + "=" + login.Value},
		"of another issuer": {strings.Replace(whole, "-login", "0-login", 1)}, "without the prefix": {strings.TrimPrefix(whole, "__Host-")},
	} {
		if view := with(cookies...); view.Param("error") != "login_required" {
			t.Errorf("%s: answered %d to %v", name, view.Status, view.Elsewhere)
		}
	}
}
