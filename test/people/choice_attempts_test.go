package people

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// attempt signs in at a replica as who comes from an address, and returns the status;
// 303 for success.
func attempt(t testing.TB, replica, from, username, password string) int {
	t.Helper()
	return signInFrom(t, installation.NewVisitor(http.DefaultTransport, replica), replica, username, password, from)
}

// Choice "client address": that of the connection, unless --trusted-proxies names the
// hop. It shows in who is stopped by the failures of others.
func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	person := newPerson(t)
	name, right := person.Spec.Username, person.Spec.Username+"-password"
	for where, test := range map[string]struct {
		args  []string
		owner int
	}{
		// The owner signs in from another address than whoever fails.
		"behind a trusted proxy": {[]string{"--trusted-proxies=127.0.0.0/8,::1"}, http.StatusSeeOther},
		"without one":            {nil, http.StatusTooManyRequests},
		"behind another proxy":   {[]string{"--trusted-proxies=192.0.2.1"}, http.StatusTooManyRequests},
	} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			replica := another(t, test.args...).Options().URL
			if status := attempt(t, replica, "203.0.113.1", name, right); status != http.StatusSeeOther {
				t.Fatalf("the owner is answered %d", status)
			}
			stopped := false
			for range 40 {
				stopped = attempt(t, replica, "198.51.100.7, 203.0.113.66", name, "wrong") == http.StatusTooManyRequests
				if stopped {
					break
				}
			}
			if !stopped {
				t.Error("nobody stops who guesses")
			}
			if status := attempt(t, replica, "203.0.113.1", name, right); status != test.owner {
				t.Errorf("the owner is answered %d, not %d", status, test.owner)
			}
		})
	}
}

// sessions returns how many session objects there are.
func sessions(t testing.TB) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for name, list := range map[string]client.ObjectList{
		"grants": &sessionv1alpha1.GrantList{}, "logins": &sessionv1alpha1.LoginList{}, "consents": &sessionv1alpha1.ConsentList{}, "marks": &sessionv1alpha1.MarkList{},
	} {
		if err := grantor(t).Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
			t.Fatal(err)
		}
		switch list := list.(type) {
		case *sessionv1alpha1.GrantList:
			counts[name] = len(list.Items)
		case *sessionv1alpha1.LoginList:
			counts[name] = len(list.Items)
		case *sessionv1alpha1.ConsentList:
			counts[name] = len(list.Items)
		case *sessionv1alpha1.MarkList:
			counts[name] = len(list.Items)
		}
	}
	return counts
}

// Choice "unauthenticated requests": they create no object, among them 500 wrong
// passwords. It is not parallel, so that nobody else creates any, and has a replica of
// its own, so that nobody else is stopped.
func TestUnauthenticatedRequestsCreateNoObject(t *testing.T) {
	app := newApp(t)
	program := another(t)
	replica := program.Options().URL
	before := sessions(t)
	to, verifier := through(app, replica).AuthorizationURL(nil)
	wrong := map[int]int{}
	for n := range 500 {
		v := installation.NewVisitor(http.DefaultTransport, replica)
		view := v.Get(t, to)
		form, ok := view.LoginForm()
		if !ok {
			t.Fatalf("no login form: %d", view.Status)
		}
		view = v.Send(t, postForm(t, replica+"/login", form.Values, map[string]string{"username": "alice", "password": fmt.Sprint("wrong", n)}))
		wrong[view.Status]++
		if n >= 100 {
			continue
		}
		for _, path := range []string{"/account", "/logout", "/consent?flow=x", "/login?flow=x", "/userinfo"} {
			v.Get(t, replica+path)
		}
		for _, path := range []string{"/consent", "/logout", "/account", "/authorize"} {
			v.Send(t, postForm(t, replica+path, form.Values, map[string]string{"decision": "allow", "action": "end"}))
		}
		through(app, replica).Redeem(t, "gac_x", verifier, nil)
		through(app, replica).Refresh(t, "grt_00000000000000000000000000000000.1.AAAA", nil)
		installation.Post(t, replica+"/revoke", app.ID, app.Secret, url.Values{"token": {"x"}})
	}
	t.Logf("wrong passwords by status: %v", wrong)
	if wrong[http.StatusForbidden] < 10 || wrong[http.StatusTooManyRequests] < 300 || len(wrong) != 2 {
		t.Errorf("wrong passwords are answered %v", wrong)
	}
	if after := sessions(t); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("there were %v and are %v", before, after)
	}
	log, err := os.ReadFile(program.Options().LogFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"panic", "DATA RACE", "wrong1", app.Secret, verifier, "alice"} {
		if strings.Contains(string(log), word) {
			t.Errorf("the log contains %q", word)
		}
	}
}
