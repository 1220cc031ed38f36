package factors

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// allow lets the user set a password, or not, at all replicas and at others. present is the
// password, by default the administrator's.
func (p *person) allow(t testing.TB, may oauthv1alpha1.PasswordChange, present string, at ...string) {
	t.Helper()
	v := p.signedInWith(t, present)
	patch := client.MergeFrom(p.user.DeepCopy())
	p.user.Spec.PasswordChange = may
	if err := p.g.Admin.Patch(t.Context(), p.user, patch); err != nil {
		t.Fatal(err)
	}
	for n := range p.g.Servers {
		at = append(at, replica(p.g, n))
	}
	want := map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[may == oauthv1alpha1.PasswordChangeAllow]
	for _, url := range at {
		installation.Eventually(t, installation.Effective, func() bool {
			return v.Get(t, url+"/account/password").Status == want
		}, func() string { return url + " that says " + string(may) })
	}
}

// signedInWith returns a browser in which the user has given a password, by default the
// administrator's.
func (p *person) signedInWith(t testing.TB, password string) *installation.Visitor {
	t.Helper()
	v := stayingAt(p.g, replica(p.g, 0))
	if view := p.try(t, v, replica(p.g, 0), password); view.Status != http.StatusOK {
		t.Fatalf("the password of %s: %d %s", p.name, view.Status, view.Body)
	}
	return v
}

// try gives a password at a replica.
func (p *person) try(t testing.TB, v *installation.Visitor, at, password string) installation.View {
	t.Helper()
	if password == "" {
		password = p.name + "-password"
	}
	return v.SignIn(t, v.Get(t, at+"/account"), p.name, password)
}

// counts says whether a password is right at each replica.
func (p *person) counts(t testing.TB, password string, want bool) {
	t.Helper()
	for n := range p.g.Servers {
		at := replica(p.g, n)
		view := p.try(t, stayingAt(p.g, at), at, password)
		if want != (view.Status == http.StatusOK) || !want && !view.Says("The username or the password is wrong.") {
			t.Errorf("replica %d: %q of %s counts: want %t, got %d %s", n, password, p.name, want, view.Status, view.Body)
		}
	}
}

// change gives the form of the page.
func change(t testing.TB, v *installation.Visitor, at string, values url.Values) installation.View {
	t.Helper()
	view := v.Get(t, at+"/account/password")
	return v.Submit(t, view, form(t, view, "current", ""), values)
}

func passwords(current, next string) url.Values {
	return url.Values{"current": {current}, "new": {next}, "again": {next}}
}

// TestOwnPassword: it counts at every replica at once, and the administrator's no more; the user
// stays signed in here and nowhere else; another hash or Deny voids it.
func TestOwnPassword(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "own-ada")
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	at := replica(g, 0)
	v, other := p.signedInWith(t, ""), p.signedInWith(t, "")
	stolen := v.Cookies(at + "/account")
	v.Get(t, at+"/account").Shows(t, "/account/password")
	v.Get(t, at+"/account/security").Shows(t, "/account/password")
	view := change(t, v, at, passwords("own-ada-password", "correct horse é 応"))
	if view.Status != http.StatusOK {
		t.Fatalf("%d %s", view.Status, view.Body)
	}
	view.Shows(t, "Your password is changed", "You are signed out of all other browsers.")
	if strings.Contains(view.Body, "correct horse") {
		t.Error("the page shows the password")
	}
	if !signedInAt(t, v, at) || signedInAt(t, other, at) {
		t.Error("the wrong browser is signed in")
	}
	replayed, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/account", http.NoBody)
	for _, cookie := range stolen {
		replayed.AddCookie(cookie)
	}
	if view := stayingAt(g, at).Send(t, replayed); strings.Contains(view.Body, "Where you are signed in") {
		t.Error("a copy of the browser's former cookie still counts")
	}
	p.counts(t, "correct horse é 応", true)
	p.counts(t, "own-ada-password", false)
	e := p.enrollment(t)
	if strings.Join(e.Spec.Factors, " ") != "password" || strings.Contains(e.Spec.Payload, "correct") {
		t.Errorf("stored: %+v", e.Spec)
	}
	if out := oauth(t, p, "get", "enrollments"); !strings.Contains(out, p.name) {
		t.Errorf("get enrollments says %s", out)
	}
	// It is what the next change asks for.
	if view := change(t, v, at, passwords("own-ada-password", "another one")); view.Status != http.StatusForbidden || !view.Says("The present password is wrong.") {
		t.Errorf("with the administrator's password: %d %s", view.Status, view.Body)
	}
	if view := change(t, v, at, passwords("correct horse é 応", "battery staple")); view.Status != http.StatusOK {
		t.Fatalf("%d %s", view.Status, view.Body)
	}
	p.counts(t, "battery staple", true)

	p.allow(t, oauthv1alpha1.PasswordChangeDeny, "battery staple")
	p.counts(t, "battery staple", false)
	p.counts(t, "", true)
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")

	secret := &corev1.Secret{}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: p.name}, secret); err != nil {
		t.Fatal(err)
	}
	secret.Data["password-hash"] = installation.CheapHash("from the administrator")
	if err := g.Admin.Update(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	for n := range g.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			return p.try(t, stayingAt(g, replica(g, n)), replica(g, n), "from the administrator").Status == http.StatusOK
		}, func() string { return "password of the administrator" })
	}
	p.counts(t, "battery staple", false)
}

func TestResettingTakesTheOwnPassword(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "own-reset")
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	if view := change(t, p.signedInWith(t, ""), replica(g, 0), passwords("own-reset-password", "battery staple")); view.Status != http.StatusOK {
		t.Fatalf("%d %s", view.Status, view.Body)
	}
	if out := oauth(t, p, "reset-factors", p.name); !strings.Contains(out, ": Reset, of "+p.name+", with the own password") {
		t.Errorf("reset-factors says %s", out)
	}
	p.counts(t, "battery staple", false)
	p.counts(t, "", true)
}

// TestUnfitPasswords are refused with a sentence, and nothing is stored.
func TestUnfitPasswords(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "own-unfit-user")
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	at, current := replica(g, 0), "own-unfit-user-password"
	v := p.signedInWith(t, "")
	twice := passwords(current, "battery staple")
	twice["again"] = []string{"battery staple", "battery staple"}
	for what, test := range map[string]struct {
		values url.Values
		says   string
	}{
		"nothing":        {url.Values{"current": {current}}, "at least 8 characters"},
		"short":          {passwords(current, "1234567"), "at least 8 characters"},
		"seven of three": {passwords(current, "応応応応応応応"), "at least 8 characters"},
		"not UTF-8":      {passwords(current, "\xff\xfe12345678"), ""},
		"long":           {passwords(current, strings.Repeat("a", 1025)), "longer than 1024 bytes"},
		"huge":           {passwords(current, strings.Repeat("a", 1<<20)), ""},
		"the username":   {passwords(current, "Own-Unfit-User"), "must not be your username"},
		"the same":       {passwords(current, current), "must not be the present one"},
		"two":            {url.Values{"current": {current}, "new": {"battery staple"}, "again": {"battery stable"}}, "are not the same"},
		"twice":          {twice, ""},
	} {
		view := change(t, v, at, test.values)
		if view.Status < 400 || view.Status >= 500 || !view.Says(test.says) {
			t.Errorf("%s: %d %.2000s", what, view.Status, view.Body)
		}
	}
	for what, present := range map[string]string{"empty": "", "wrong": "wrong", "huge": strings.Repeat("a", 2000), "NUL": current + "\x00"} {
		if view := change(t, v, at, passwords(present, "battery staple")); view.Status != http.StatusForbidden || !view.Says("The present password is wrong.") {
			t.Errorf("%s: %d %.2000s", what, view.Status, view.Body)
		}
	}
	if p.enrollment(t) != nil {
		t.Error("something is stored")
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/account/password?ui_locales=de", http.NoBody)
	v.Send(t, request).Shows(t, "Passwort ändern", "Mindestens 8 Zeichen")
}

// TestWhoMaySetNoPassword gets a page that says so; a form counts in its own browser and for its
// own user only.
func TestWhoMaySetNoPassword(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	at := replica(g, 0)
	denied := newPerson(t, g, "own-denied")
	v := denied.signedInWith(t, "")
	if view := v.Get(t, at+"/account/password"); view.Status != http.StatusForbidden || !view.Says("You cannot change your password here.") {
		t.Errorf("Deny: %d %s", view.Status, view.Body)
	}
	if strings.Contains(v.Get(t, at+"/account").Body, "/account/password") {
		t.Error("who may not has a link")
	}
	if _, ok := stayingAt(g, at).Get(t, at+"/account/password").LoginForm(); !ok {
		t.Error("who is not signed in is not asked to")
	}
	p := newPerson(t, g, "own-forged")
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	mine := p.signedInWith(t, "")
	view := mine.Get(t, at+"/account/password")
	asked := form(t, view, "current", "")
	values := passwords("own-forged-password", "battery staple")
	for what, browser := range map[string]*installation.Visitor{"another user": v, "the same user": p.signedInWith(t, "")} {
		if answer := browser.Submit(t, view, asked, values); answer.Status != http.StatusForbidden {
			t.Errorf("the form in the browser of %s: %d %s", what, answer.Status, answer.Body)
		}
	}
	forged := asked
	forged.Values = url.Values{}
	if answer := mine.Submit(t, view, forged, values); answer.Status != http.StatusBadRequest {
		t.Errorf("no form: %d %s", answer.Status, answer.Body)
	}
	if p.enrollment(t) != nil {
		t.Error("something is stored")
	}
	p.allow(t, oauthv1alpha1.PasswordChangeDeny, "")
	if answer := mine.Submit(t, view, asked, values); answer.Status != http.StatusForbidden || p.enrollment(t) != nil {
		t.Errorf("Deny meanwhile: %d %s", answer.Status, answer.Body)
	}
}

// TestAPasswordBesideAFactor: neither the factor nor the password alone is enough, and a sign-in
// that was half way with the former password ends.
func TestAPasswordBesideAFactor(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "own-factor")
	p.allow(t, oauthv1alpha1.PasswordChangeAllow, "")
	p.enroll(t)
	// A browser of another one who knows the password is asked for the factor first.
	half := visitor(g)
	asked := p.at(t, half, g.Issuer+"/account/password")
	if len(asked.Forms) == 0 || strings.Contains(asked.Body, `name="current"`) {
		t.Fatalf("the password alone is enough: %d %s", asked.Status, asked.Body)
	}
	if view := change(t, p.browser, g.Issuer, passwords("", "battery staple")); view.Status != http.StatusForbidden {
		t.Errorf("without the present password: %d %s", view.Status, view.Body)
	}
	if view := change(t, p.browser, g.Issuer, passwords("own-factor-password", "battery staple")); view.Status != http.StatusOK {
		t.Fatalf("%d %s", view.Status, view.Body)
	}
	if got := strings.Join(p.enrollment(t).Spec.Factors, " "); got != "totp recovery password" {
		t.Errorf("stored: %s", got)
	}
	if answer := give(t, half, asked, p.app.code()); answer.Status == http.StatusOK || p.signedIn(t, half) {
		t.Errorf("a code beside the former password: %d %s", answer.Status, answer.Body)
	}
	fresh := visitor(g)
	view := fresh.SignIn(t, fresh.Get(t, g.Issuer+"/account"), p.name, "battery staple")
	if answer := give(t, fresh, view, p.app.code()); answer.Status != http.StatusOK || !p.signedIn(t, fresh) {
		t.Errorf("both: %d %s", answer.Status, answer.Body)
	}
}
