package directories

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestSignIn(t *testing.T) {
	s := newScene(t, "corp")
	tokens := s.tokens(t, s.app, "ada", "ada-password")
	info := userinfo(t, s.app, tokens).JSON
	subject, _ := info["sub"].(string)
	if !strings.HasPrefix(subject, "corp:") || len(subject) != len("corp:")+36 {
		t.Errorf("the subject is %q", subject)
	}
	for name, want := range map[string]any{
		"preferred_username": "corp:ada", "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true,
	} {
		if info[name] != want {
			t.Errorf("%s is %v, not %v", name, info[name], want)
		}
	}
	if groups, _ := info["groups"].([]any); !slices.Equal(groups, []any{"corp:engineering", "corp:platform"}) {
		t.Errorf("groups are %v", info["groups"])
	}
	if answer := refresh(t, s.app, tokens); answer.Status != http.StatusOK {
		t.Errorf("refresh: %d %s", answer.Status, answer.Body)
	}
}

// TestNoPasswordGoesElsewhere: not to the OAuthUsers, nor to another directory.
func TestNoPasswordGoesElsewhere(t *testing.T) {
	s, other := newScene(t, "here"), newScene(t, "there")
	s.directory.Set(t, ada, "userPassword", "alice-password")
	s.directory.Set(t, ada, "uid", "ada", "alice")
	v := s.visitor(s.app)
	if view := other.try(t, s.app, v, "alice", "alice-password"); view.Status != http.StatusForbidden {
		t.Errorf("a password of OAuthUser alice and of another directory: %d %v", view.Status, view.Elsewhere)
	}
	if strings.Contains(s.directory.Log(t), `filter="(uid=alice)"`) {
		t.Error("the other directory was asked")
	}
	to, _ := s.app.AuthorizationURL(nil)
	view := v.Get(t, to)
	form, ok := view.LoginForm()
	if !ok {
		t.Fatal("no form for OAuthUsers")
	}
	if view := v.Submit(t, view, form, url.Values{"username": {"ada"}, "password": {"alice-password"}}); view.Status != http.StatusForbidden {
		t.Errorf("a password of a directory in the form for OAuthUsers: %d", view.Status)
	}
}

func TestWhatIsRefused(t *testing.T) {
	s := newScene(t, "strict")
	for sentence, test := range map[string]struct{ username, password string }{
		"a wrong password":     {"ada", "wrong"},
		"any name":             {"*", "ada-password"},
		"another filter":       {")(uid=*", "ada-password"},
		"no password":          {"ada", ""},
		"a password of 10 KiB": {"ada", strings.Repeat("a", 10<<10)},
		"a name of 4 KiB":      {strings.Repeat("a", 4<<10), "ada-password"},
		"a name with a NUL":    {"ada\x00", "ada-password"},
	} {
		t.Run(sentence, func(t *testing.T) {
			view := s.try(t, s.app, s.visitor(s.app), test.username, test.password)
			if view.Status != http.StatusForbidden && view.Status != http.StatusBadRequest || view.Elsewhere != nil || strings.Contains(view.Body, "cannot be reached") {
				t.Errorf("%d %v %s", view.Status, view.Elsewhere, view.Body)
			}
		})
	}
}

// TestWhoIsShutOut has the right password and learns it, but gets nothing.
func TestWhoIsShutOut(t *testing.T) {
	s := newScene(t, "picky", func(p *oauthv1alpha1.OAuthIdentityProvider) {
		p.Spec.LDAP.Users.Active = "(!(employeeType=left))"
		p.Spec.Admit = &oauthv1alpha1.ProviderAdmission{Groups: []string{"platform"}}
	})
	s.tokens(t, s.app, "ada", "ada-password")
	for sentence, test := range map[string]struct{ username, left, want string }{
		"somebody who left":             {"ada", "left", "may not sign in here"},
		"somebody in no admitted group": {"bert", "", "may not sign in here"},
		"somebody whom nobody knows":    {"zoe", "", "is wrong"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if test.left != "" {
				s.directory.Set(t, ada, "employeeType", test.left)
			}
			view := s.try(t, s.app, s.visitor(s.app), test.username, test.username+"-password")
			if view.Status != http.StatusForbidden || !strings.Contains(view.Body, test.want) {
				t.Errorf("%d %s", view.Status, view.Body)
			}
		})
	}
}

// TestOneDirectoryIsTheForm where nothing else is left.
func TestOneDirectoryIsTheForm(t *testing.T) {
	s := newScene(t, "only")
	s.app = s.NewApp(t, installation.Application(s.app.Object.Namespace, "theirs", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Login = oauthv1alpha1.ClientLogin{Providers: []string{"only"}}
	}))
	installation.Eventually(t, installation.Effective, func() bool {
		to, _ := s.app.AuthorizationURL(nil)
		v := s.visitor(s.app)
		view := v.Get(t, to)
		form, ok := view.LoginForm()
		if !ok || !strings.Contains(view.Body, "The only people") {
			return false
		}
		_, in := v.Submit(t, view, form, url.Values{"username": {"ada"}, "password": {"ada-password"}}).DecisionForm()
		return in
	}, func() string { return "form of the directory" })
}

// TestADirectoryThatIsAway is no wrong password.
func TestADirectoryThatIsAway(t *testing.T) {
	s := newScene(t, "flaky")
	away := func(sentence string) {
		t.Helper()
		view := s.try(t, s.app, s.visitor(s.app), "ada", "ada-password")
		if view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == "" || !strings.Contains(view.Body, "cannot be reached") {
			t.Errorf("%s: %d %q %s", sentence, view.Status, view.Header.Get("Retry-After"), view.Body)
		}
	}
	thaw := s.directory.Freeze(t)
	away("a slow directory")
	thaw()
	s.directory.Stop(t)
	away("no directory")
	s.directory.Run(t)
	s.tokens(t, s.app, "ada", "ada-password")
}

// TestARemovedDirectory: a form of it that is still open sends its password nowhere.
func TestARemovedDirectory(t *testing.T) {
	s := newScene(t, "gone")
	v := s.visitor(s.app)
	view, _ := s.form(t, s.app, v, nil)
	form, _ := view.LoginForm()
	p := described(s.directory)
	p.Namespace, p.Name = "grantor-system", "gone"
	installation.Edit(t, s.Admin, p, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Disabled = true })
	installation.Eventually(t, installation.Effective, func() bool {
		view := v.Submit(t, view, form, url.Values{"username": {"alice"}, "password": {"alice-password"}})
		return view.Status == http.StatusBadRequest && strings.Contains(view.Body, "not available")
	}, func() string { return "refusal" })
}
