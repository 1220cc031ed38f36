package factors

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// screen is what a page says in Chromium.
type screen struct {
	URL, Heading, Problem, Text string
	Status                      int
	AsksPassword                bool
}

// stopped is a problem that the script shows, and what was sent nevertheless.
type stopped struct {
	Problem string
	Posts   []string
}

// passes passes on what the server answers as if it were its own, as a phisher does, and
// returns its address.
func passes(t testing.TB, g *installation.Installation) string {
	t.Helper()
	issuer, err := url.Parse(g.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(issuer)
			if r.In.Header.Get("Origin") != "" {
				r.Out.Header.Set("Origin", g.Issuer)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Set("Location", strings.TrimPrefix(r.Header.Get("Location"), g.Issuer))
			if r.Header.Get("Location") == "" {
				r.Header.Del("Location")
			}
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

// play plays a scenario for a person, in which Chromium must not complain.
func (p *person) play(t testing.TB, scenario string, result any, more map[string]any) {
	t.Helper()
	in := map[string]any{"issuer": p.g.Issuer, "username": p.name, "password": p.name + "-password"}
	maps.Copy(in, more)
	for _, complaint := range nodejs.Play(t, scenario, in, result) {
		t.Errorf("%s: %s", scenario, complaint)
	}
}

// TestPasskeysInABrowser adds and uses passkeys in Chromium, where the script of the pages
// really runs, under their Content-Security-Policy.
func TestPasskeysInABrowser(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "chromium-ada")
	var own struct {
		Policy                          string
		Added, Question, SignedIn, Back screen
		Codes                           int
		Names                           []string
		Twice, Lost                     stopped
		Counts                          []int
		Made                            json.RawMessage
	}
	p.play(t, "passkeys", &own, nil)
	if !strings.Contains(own.Policy, "script-src 'self'") || strings.Contains(own.Policy, "unsafe") {
		t.Errorf("the script runs under %q", own.Policy)
	}
	if own.Added.Status != http.StatusOK || own.Codes != 10 || !slices.Equal(own.Names, []string{"Laptop"}) {
		t.Errorf("adding a passkey shows %+v, %d codes, and then %v", own.Added, own.Codes, own.Names)
	}
	if own.Twice.Problem == "" || len(own.Twice.Posts) > 0 {
		t.Errorf("one more on the same authenticator: %+v", own.Twice)
	}
	if own.Question.Heading != "Confirm that it is you" || own.Lost.Problem == "" || len(own.Lost.Posts) > 0 {
		t.Errorf("an authenticator without the passkey: %+v %+v", own.Question, own.Lost)
	}
	if own.SignedIn.Status != http.StatusOK || !strings.Contains(own.SignedIn.Text, "Where you are signed in") {
		t.Errorf("the passkey signs in: %+v", own.SignedIn)
	}
	if len(own.Counts) != 2 || own.Counts[1] <= own.Counts[0] {
		t.Errorf("the authenticator counted %v", own.Counts)
	}
	if own.Back.Status != http.StatusOK || !strings.Contains(own.Back.Text, "Where you are signed in") {
		t.Errorf("once more after going back: %+v", own.Back)
	}

	at := passes(t, g)
	var phished struct {
		Question, Forged, There screen
		Prevented               stopped
	}
	p.play(t, "phished", &phished, map[string]any{"made": own.Made, "elsewhere": named(at), "phisher": at})
	if phished.Question.Heading != "Confirm that it is you" || !strings.HasPrefix(phished.Question.URL, named(at)) {
		t.Errorf("the place that passes on shows %+v", phished.Question)
	}
	if phished.Forged.Status != http.StatusForbidden || !strings.Contains(phished.Forged.Problem, "wrong") {
		t.Errorf("an answer that was given to another origin: %+v", phished.Forged)
	}
	if phished.Prevented.Problem == "" || len(phished.Prevented.Posts) > 0 || !phished.There.AsksPassword {
		t.Errorf("another host gets %+v and then %+v", phished.Prevented, phished.There)
	}

	var plain struct {
		Question screen
		Shown    bool
	}
	p.play(t, "withoutPasskeys", &plain, nil)
	if plain.Question.Heading != "Confirm that it is you" || plain.Shown {
		t.Errorf("without scripts: %+v", plain)
	}
}

// TestPasskeysOnTheWayToAnApplication adds a passkey where one is required, and uses it.
func TestPasskeysOnTheWayToAnApplication(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOff)
	p := newPerson(t, g, "chromium-bea")
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := json.Marshal(map[string]string{"code": r.FormValue("code"), "state": r.FormValue("state")})
		_, _ = fmt.Fprintf(w, "<!doctype html><html lang=en><title>Application</title><link rel=icon href=data:,><pre id=received>%s</pre>", text)
	}))
	t.Cleanup(site.Close)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(site.URL + "/callback")}
	}))
	app.Redirect = site.URL + "/callback"
	grantor(t, oauthv1alpha1.SecondFactorRequire)
	one, first := app.AuthorizationURL(url.Values{"state": {"one"}})
	two, second := app.AuthorizationURL(url.Values{"state": {"two"}})
	var way struct {
		Enrolling     screen
		Codes         int
		First, Second map[string]string
	}
	p.play(t, "passkeysOnTheWay", &way, map[string]any{"authorizeURL": one, "otherAuthorizeURL": two, "redirectURI": app.Redirect})
	if way.Enrolling.Heading != "Add an authenticator app" || way.Codes != 10 {
		t.Errorf("adding a passkey: %+v, %d codes", way.Enrolling, way.Codes)
	}
	for verifier, got := range map[string]map[string]string{first: way.First, second: way.Second} {
		if answer := app.Redeem(t, got["code"], verifier, nil); answer.Status != http.StatusOK {
			t.Errorf("the application was told %v, which is worth %d %s", got, answer.Status, answer.Body)
		}
	}
}
