package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Whether with scripts or without.
var browsers = map[string]bool{"with JavaScript": true, "without JavaScript": false}

func TestUsersSignInAndAgree(t *testing.T) {
	t.Parallel()
	for name, javaScript := range browsers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newParty(t)
			in := p.input(nil)
			in.JavaScript = javaScript
			var allowed struct{ First, Second passage }
			play(t, "allow", in, &allowed)
			if asked := strings.Join(allowed.First.Asked, " "); asked != "password consent" {
				t.Errorf("the first time it asks for %s", asked)
			}
			if len(allowed.Second.Asked) != 0 {
				t.Errorf("the second time it asks for %s", allowed.Second.Asked)
			}
			p.insistOn(t, allowed.First.Answer, "one", "alice")
			p.insistOn(t, allowed.Second.Answer, "two", "alice")
		})
	}
}

func TestUsersDeny(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var denied struct {
		Consent screen
		Answer  answer
	}
	play(t, "deny", p.input(nil), &denied)
	if !denied.Consent.AsksConsent || !strings.Contains(denied.Consent.Text, "Team Wiki") || !strings.Contains(denied.Consent.Text, "Read your email address") {
		t.Errorf("the consent page says %+v", denied.Consent)
	}
	if a := denied.Answer; a["error"] != "access_denied" || a["state"] != "one" || a["code"] != "" {
		t.Errorf("after denial the application was told %v", a)
	}
	var cancelled answer
	play(t, "cancel", p.input(nil), &cancelled)
	if cancelled["error"] != "access_denied" || cancelled["state"] != "one" {
		t.Errorf("after cancelling the application was told %v", cancelled)
	}
}

func TestTheAnswerIsAForm(t *testing.T) {
	t.Parallel()
	for name, javaScript := range browsers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newParty(t)
			in := p.input(url.Values{"response_mode": {"form_post"}})
			in.JavaScript = javaScript
			var allowed struct{ First, Second passage }
			play(t, "allow", in, &allowed)
			if allowed.First.Answer["method"] != http.MethodPost || len(allowed.Second.Asked) > 0 == javaScript {
				t.Errorf("it answered by %v", allowed)
			}
			p.insistOn(t, allowed.First.Answer, "one", "alice")
			p.insistOn(t, allowed.Second.Answer, "two", "alice")
		})
	}
}

// Chromium holds every redirect that follows a form to the form-action of its page.
func TestApplicationsRedirectUsers(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	p.Redirect = p.Other + "/onward"
	in := p.input(nil)
	in.RedirectURI = p.Same + "/callback"
	var allowed struct{ First, Second passage }
	play(t, "allow", in, &allowed)
	p.insistOn(t, allowed.First.Answer, "one", "alice")
	p.insistOn(t, allowed.Second.Answer, "two", "alice")
}

func TestAWrongPassword(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var wrong struct {
		Refused screen
		Answer  answer
	}
	play(t, "wrongPassword", p.input(nil), &wrong)
	if r := wrong.Refused; r.Status != http.StatusForbidden || r.Problem == "" || r.Username != "alice" || r.Password != "" {
		t.Errorf("a wrong password: %+v", r)
	}
	p.insistOn(t, wrong.Answer, "one", "alice")
}

func TestFormsThatDoNotCount(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var tampered struct{ WithoutCookies, Altered screen }
	play(t, "tampered", p.input(nil), &tampered)
	if s := tampered.WithoutCookies; s.Status != http.StatusForbidden || s.AsksPassword || !strings.Contains(s.Text, "cookie") {
		t.Errorf("a form without its cookie: %+v", s)
	}
	if s := tampered.Altered; s.Status != http.StatusBadRequest || s.AsksPassword {
		t.Errorf("an altered form: %+v", s)
	}
	var foreign struct {
		Login, Consent    screen
		Arrived, SignedIn bool
	}
	play(t, "otherBrowser", p.input(nil), &foreign)
	for what, s := range map[string]screen{"login form": foreign.Login, "consent page": foreign.Consent} {
		if s.Status != http.StatusForbidden || s.AsksPassword || s.AsksConsent {
			t.Errorf("another browser's %s: %+v", what, s)
		}
	}
	if foreign.Arrived || foreign.SignedIn {
		t.Error("another browser's form counted")
	}
}

func TestTwoTabs(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var tabs struct{ Answers []answer }
	play(t, "twoTabs", p.input(nil), &tabs)
	if len(tabs.Answers) != 2 {
		t.Fatalf("two tabs got %v", tabs.Answers)
	}
	p.insistOn(t, tabs.Answers[0], "one", "alice")
	p.insistOn(t, tabs.Answers[1], "two", "alice")
}

func TestAnotherUserContinues(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var switched struct {
		Former, Login, Latter screen
		Answer                answer
	}
	play(t, "switchUser", p.input(nil), &switched)
	if !strings.Contains(switched.Former.Text, "(alice)") || !switched.Login.AsksPassword || !switched.Latter.AsksConsent ||
		!strings.Contains(switched.Latter.Text, "Signed in as bob") {
		t.Errorf("the pages say %+v", switched)
	}
	p.insistOn(t, switched.Answer, "one", "bob")
}

func TestUsersSignOut(t *testing.T) {
	t.Parallel()
	p := newParty(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.ClientURI = "https://wiki.example.com" })
	back := p.Issuer + "/logout?" + url.Values{"client_id": {p.ID}, "post_logout_redirect_uri": {p.Redirect}, "state": {"bye"}}.Encode()
	for name, test := range map[string]struct {
		decision, from, to, says string
		asks                     bool
	}{
		"by themselves":            {"allow", p.Issuer + "/logout", p.Issuer + "/logout", "You are signed out", true},
		"from an application":      {"allow", back, p.Redirect + "?state=bye", "", true},
		"with no way back":         {"allow", p.Issuer + "/logout?client_id=" + p.ID, p.Issuer + "/logout", "Continue", true},
		"or rather stay signed in": {"deny", back, p.Issuer + "/account", "This browser", false},
	} {
		in := p.input(nil)
		in.Decision, in.LogoutURL = test.decision, test.from
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out struct{ Asked, Done, Again screen }
			play(t, "signOut", in, &out)
			if out.Asked.Heading != "Sign out?" || out.Done.Status != http.StatusOK || out.Done.URL != test.to ||
				!strings.Contains(out.Done.Text, test.says) || out.Again.AsksPassword != test.asks {
				t.Errorf("signing out: %+v", out)
			}
		})
	}
}
