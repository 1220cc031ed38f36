package faults

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// attempt is one step of people or their applications, which can be tried again.
type attempt struct {
	// do sends the request.
	do func(t testing.TB) installation.Answer
	// done checks what a success must have done.
	done func(t *testing.T, answer installation.Answer)
}

// step is something that the server does with what it stores.
type step struct {
	// prepare does all that comes before.
	prepare func(t *testing.T, c *counter, scope string) attempt
	// writes says that the step stores something; page that a person sees its answer.
	writes, page bool
}

var steps = map[string]step{
	"authorize": {page: true, prepare: func(t *testing.T, c *counter, _ string) attempt {
		v := c.person(t, "openid")
		return attempt{
			do: func(t testing.TB) installation.Answer {
				to, _ := c.AuthorizationURL(nil)
				return seen(v.Get(t, to))
			},
			done: mustLeadToTheApplication,
		}
	}},
	"login": {page: true, writes: true, prepare: func(t *testing.T, c *counter, _ string) attempt {
		v := c.visitor()
		to, _ := c.AuthorizationURL(nil)
		view := v.Get(t, to)
		return attempt{
			do: func(t testing.TB) installation.Answer { return seen(v.SignIn(t, view, "alice", "alice-password")) },
			done: func(t *testing.T, answer installation.Answer) {
				if answer.Status >= 400 || len(v.Cookies(c.Issuer)) < 2 {
					t.Errorf("signing in answers %d %s", answer.Status, answer.Body)
				}
			},
		}
	}},
	"consent": {page: true, writes: true, prepare: func(t *testing.T, c *counter, scope string) attempt {
		v := c.person(t, "openid")
		to, _ := c.AuthorizationURL(url.Values{"scope": {scope}})
		view := v.Get(t, to)
		return attempt{
			do:   func(t testing.TB) installation.Answer { return seen(v.Decide(t, view, "allow")) },
			done: mustLeadToTheApplication,
		}
	}},
	"redeem": {writes: true, prepare: func(t *testing.T, c *counter, _ string) attempt {
		code, verifier := c.Code(t, c.person(t, "openid"), "alice", nil)
		return attempt{
			do:   func(t testing.TB) installation.Answer { return c.Redeem(t, code, verifier, nil) },
			done: func(t *testing.T, answer installation.Answer) { c.mustCount(t, pairOf(answer), true) },
		}
	}},
	"refresh": {writes: true, prepare: func(t *testing.T, c *counter, _ string) attempt {
		first := c.tokens(t, c.person(t, "openid"), "openid")
		return attempt{
			do: func(t testing.TB) installation.Answer { return c.Refresh(t, first.refresh, nil) },
			done: func(t *testing.T, answer installation.Answer) {
				if !strings.Contains(pairOf(answer).refresh, ".2.") {
					t.Errorf("refreshing answers %d %s", answer.Status, answer.Body)
				}
				c.mustCount(t, pairOf(answer), true)
			},
		}
	}},
	"introspect": {prepare: func(t *testing.T, c *counter, _ string) attempt {
		first := c.tokens(t, c.person(t, "openid"), "openid")
		return attempt{
			do: func(t testing.TB) installation.Answer { return introspected(t, c.App, first.access) },
			done: func(t *testing.T, answer installation.Answer) {
				if answer.JSON["active"] != true {
					t.Errorf("introspection answers %d %s", answer.Status, answer.Body)
				}
			},
		}
	}},
	"userinfo": {prepare: func(t *testing.T, c *counter, _ string) attempt {
		first := c.tokens(t, c.person(t, "openid"), "openid")
		return attempt{
			do:   func(t testing.TB) installation.Answer { return installation.Userinfo(t, c.App.Issuer, first.access) },
			done: func(t *testing.T, answer installation.Answer) { mustSucceed(t, "userinfo", answer) },
		}
	}},
	"revoke": {writes: true, prepare: func(t *testing.T, c *counter, _ string) attempt {
		first := c.tokens(t, c.person(t, "openid"), "openid")
		return attempt{
			do: func(t testing.TB) installation.Answer {
				return c.Post(t, "/revoke", url.Values{"token": {first.refresh}})
			},
			done: func(t *testing.T, answer installation.Answer) {
				mustSucceed(t, "revocation", answer)
				c.mustCount(t, first, false)
			},
		}
	}},
	"logout": {page: true, writes: true, prepare: func(t *testing.T, c *counter, _ string) attempt {
		v := c.person(t, "openid")
		view := v.Get(t, c.Issuer+"/logout")
		return attempt{
			do: func(t testing.TB) installation.Answer { return seen(v.Decide(t, view, "allow")) },
			done: func(t *testing.T, answer installation.Answer) {
				mustSucceed(t, "signing out", answer)
				to, _ := c.AuthorizationURL(nil)
				if _, ok := v.Get(t, to).LoginForm(); !ok {
					t.Error("somebody is still signed in")
				}
			},
		}
	}},
}

// seen is what a person sees, and where the server leads elsewhere.
func seen(view installation.View) installation.Answer {
	return installation.Answer{Status: view.Status, Header: view.Header, Body: view.Body}
}

func mustLeadToTheApplication(t *testing.T, answer installation.Answer) {
	t.Helper()
	location, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || answer.Status != http.StatusSeeOther || location.Query().Get("code") == "" {
		t.Errorf("got %d %s %s", answer.Status, location, answer.Body)
	}
}

// mustTellToTryAgain fails unless the answer says that the server cannot answer now.
func mustTellToTryAgain(t *testing.T, s step, answer installation.Answer) {
	t.Helper()
	if !s.page {
		mustBeUnavailable(t, "the step", answer)
		return
	}
	if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(answer.Body, "<html") {
		t.Errorf("got %d with Retry-After %q %s", answer.Status, answer.Header.Get("Retry-After"), answer.Body)
	}
}
