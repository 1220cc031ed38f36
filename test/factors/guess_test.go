package factors

import (
	"flag"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var wrongCodes = flag.Int("wrong-codes", 1000, "how many wrong codes are given to three replicas")

// TestWrongCodes lets somebody who knows the password guess at all replicas at once.
func TestWrongCodes(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "guess-ada")
	codes := p.enroll(t)
	// The user has signed in with the app in this browser, and so it is known.
	view := p.at(t, p.browser, g.Issuer+"/login")
	if give(t, p.browser, view, p.app.code()); !p.signedIn(t, p.browser) {
		t.Fatal("the owner cannot sign in")
	}

	var wait sync.WaitGroup
	var given, tried atomic.Int64
	var thieves []*installation.Visitor
	for n := range 8 {
		thief := visitor(g)
		view := p.at(t, thief, replica(g, n%len(g.Servers))+"/account")
		asked := form(t, view, "code", "")
		wait.Go(func() {
			for {
				k := int(given.Add(1))
				if k > *wrongCodes {
					return
				}
				to := replica(g, k%len(g.Servers)) + "/login/factor"
				values := url.Values{"code": {p.app.wrong(k)}, "flow": {asked.Values.Get("flow")}}
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(values.Encode()))
				if err != nil {
					t.Error(err)
					return
				}
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				switch answer := thief.Send(t, request); answer.Status {
				case http.StatusForbidden:
					tried.Add(1)
				case http.StatusTooManyRequests:
					if answer.Header.Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
				case http.StatusServiceUnavailable:
				default:
					t.Errorf("a wrong code: %d %s", answer.Status, answer.Body)
				}
			}
		})
		thieves = append(thieves, thief)
	}
	wait.Wait()
	for _, thief := range thieves {
		if p.signedIn(t, thief) {
			t.Error("a thief is signed in")
		}
	}
	t.Logf("%d of %d codes were compared", tried.Load(), *wrongCodes)
	if tried.Load() > 5*int64(len(g.Servers))+3 {
		t.Errorf("%d codes were compared in a moment", tried.Load())
	}

	// The owner gets in where the browser is known, although others have used everything up.
	view = p.at(t, p.browser, replica(g, 1)+"/login")
	if view = give(t, p.browser, view, p.app.code()); view.Status != http.StatusOK || !p.signedIn(t, p.browser) {
		t.Errorf("the owner in a known browser: %d %s", view.Status, view.Body)
	}
	// And with a recovery code anywhere.
	other := visitor(g)
	view = p.at(t, other, g.Issuer+"/login")
	if view = give(t, other, view, codes[3]); view.Status != http.StatusOK || !p.signedIn(t, other) {
		t.Errorf("the owner with a recovery code: %d %s", view.Status, view.Body)
	}
}

// TestLoops repeats what is not guessing, but costs the API server requests.
func TestLoops(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "loop-ada")
	p.enroll(t)
	refused := func(again func() installation.View) bool {
		for range 30 {
			if view := again(); view.Status == http.StatusTooManyRequests {
				return view.Header.Get("Retry-After") != ""
			}
		}
		return false
	}
	page := p.browser.Get(t, g.Issuer+"/account/security")
	codes := form(t, page, "action", "codes")
	if !refused(func() installation.View { return p.browser.Submit(t, page, codes, url.Values{"action": {"codes"}}) }) {
		t.Error("new recovery codes are not limited")
	}
	v := visitor(g)
	view := p.at(t, v, g.Issuer+"/account")
	asked := form(t, view, "code", "")
	if !refused(func() installation.View {
		return v.Submit(t, view, asked, url.Values{"code": {"aaaa-bbbb-cccc-dddd"}})
	}) {
		t.Error("wrong recovery codes are not limited")
	}
	// Whoever signs in with the password once more can give a right one.
	other := visitor(g)
	view = p.at(t, other, g.Issuer+"/account")
	if view = give(t, other, view, p.app.code()); !p.signedIn(t, other) {
		t.Errorf("the owner: %d %s", view.Status, view.Body)
	}
}

// TestOneCodeOnce gives one code to all replicas at once.
func TestOneCodeOnce(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "once-ada")
	codes := p.enroll(t)
	for _, code := range []string{p.app.code(), codes[2]} {
		var wait sync.WaitGroup
		var in atomic.Int64
		for n := range 3 * len(g.Servers) {
			v := visitor(g)
			view := p.at(t, v, replica(g, n%len(g.Servers))+"/account")
			asked := form(t, view, "code", "")
			wait.Go(func() {
				answer := v.Submit(t, view, asked, url.Values{"code": {code}})
				if p.signedIn(t, v) {
					in.Add(1)
				} else if answer.Status != http.StatusForbidden && answer.Status != http.StatusTooManyRequests && answer.Status != http.StatusServiceUnavailable {
					t.Errorf("a code that another browser used: %d %s", answer.Status, answer.Body)
				}
			})
		}
		wait.Wait()
		if in.Load() != 1 {
			t.Errorf("%d browsers are signed in with one code", in.Load())
		}
	}
}

// TestInput sends what no form sends.
func TestInput(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "input-ada")
	p.enroll(t)
	v := visitor(g)
	view := p.at(t, v, g.Issuer+"/account")
	asked := form(t, view, "code", "")
	for name, test := range map[string]struct {
		values url.Values
		want   int
	}{
		"no code":              {url.Values{"code": nil}, http.StatusForbidden},
		"two codes":            {url.Values{"code": {p.app.wrong(1), p.app.wrong(2)}}, http.StatusBadRequest},
		"two flows":            {url.Values{"flow": {asked.Values.Get("flow"), "x"}}, http.StatusBadRequest},
		"no flow":              {url.Values{"flow": nil, "code": {"1"}}, http.StatusBadRequest},
		"a huge code":          {url.Values{"code": {strings.Repeat("1", 1<<15)}}, http.StatusForbidden},
		"another unicode":      {url.Values{"code": {"١٢٣٤٥٦"}}, http.StatusForbidden},
		"an action of another": {url.Values{"action": {"continue"}}, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			answer := v.Submit(t, view, asked, test.values)
			if answer.Status != test.want && answer.Status != http.StatusTooManyRequests {
				t.Errorf("%d, not %d: %s", answer.Status, test.want, answer.Body)
			}
			if p.signedIn(t, v) {
				t.Error("signed in")
			}
		})
	}
	for _, to := range []string{"/login/factor", "/login/factor?flow=x", "/login/factor?flow=" + url.QueryEscape(asked.Values.Get("flow")) + "&flow=y"} {
		if view := visitor(g).Get(t, g.Issuer+to); view.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", to, view.Status)
		}
	}
	if view := visitor(g).Get(t, g.Issuer+"/login/factor?flow="+url.QueryEscape(asked.Values.Get("flow"))); view.Status != http.StatusForbidden {
		t.Errorf("the page in another browser: %d", view.Status)
	}
}
