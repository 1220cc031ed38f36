package compat

import (
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var mutants = flag.Int("mutants", 800, "how many requests are mutated")

// everySystem are all that the server can speak as.
var everySystem = []oauthv1alpha1.CompatibilityProfile{
	oauthv1alpha1.CompatibilityCloudron, oauthv1alpha1.CompatibilityOwnCloud, oauthv1alpha1.CompatibilityGancio, oauthv1alpha1.CompatibilityCoder,
}

// draft is a request that can be sent again with the same answer.
type draft struct {
	method, path string
	form         url.Values
	header       http.Header
}

func (d draft) clone() draft {
	form := url.Values{}
	for name, list := range d.form {
		form[name] = slices.Clone(list)
	}
	d.form, d.header = form, d.header.Clone()
	return d
}

func (d draft) String() string {
	return fmt.Sprintf("%s %s with %d parameters and %d headers", d.method, d.path, len(d.form), len(d.header))
}

// outcome is what a request led to.
type outcome struct {
	status   int
	code     string
	location string
	accepted bool
}

// sent sends a draft as it is: nothing is followed.
func (d draft) sent(t testing.TB, at string) outcome {
	t.Helper()
	to, body := at+d.path, ""
	if d.method == http.MethodPost {
		body = d.form.Encode()
	} else if len(d.form) > 0 {
		to += "?" + d.form.Encode()
	}
	request, err := http.NewRequestWithContext(t.Context(), d.method, to, strings.NewReader(body))
	if err != nil {
		// It is no request at all.
		return outcome{status: http.StatusBadRequest}
	}
	request.Header = d.header.Clone()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return outcome{}
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	out := outcome{status: response.StatusCode, location: response.Header.Get("Location")}
	if _, after, ok := strings.Cut(string(raw), `"error":"`); ok {
		out.code, _, _ = strings.Cut(after, `"`)
	}
	if u, err := url.Parse(out.location); err == nil && u.Query().Has("error") {
		out.code = u.Query().Get("error")
	}
	out.accepted = out.code == "" && out.status > 0 && out.status < http.StatusBadRequest
	// Codes and sealed pages are new each time.
	out.location, _, _ = strings.Cut(out.location, "?")
	return out
}

// drafts are requests that the standard endpoints accept, or refuse for a reason of the
// protocol.
func drafts(t testing.TB, g *installation.Installation) (list []draft, app installation.App) {
	t.Helper()
	namespace := shared.Namespace(t)
	app = g.NewApp(t, installation.Application(namespace, "mutated", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{"authorization_code", "refresh_token", "client_credentials"}
	}))
	v := signedIn(t, g, "alice")
	tokens := app.Tokens(t, v, "alice", url.Values{"scope": {"openid profile"}})
	var cookies []string
	for _, cookie := range v.Cookies(g.Issuer) {
		cookies = append(cookies, cookie.Name+"="+cookie.Value)
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(app.ID)+":"+url.QueryEscape(app.Secret)))
	const kind = "application/x-www-form-urlencoded"
	post := func(path string, form url.Values) {
		list = append(list, draft{http.MethodPost, path, form, http.Header{"Content-Type": {kind}, "Authorization": {basic}}})
	}
	post("/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}})
	post("/token", url.Values{"grant_type": {"authorization_code"}, "code": {"x"}, "redirect_uri": {app.Redirect}})
	post("/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}})
	post("/introspect", url.Values{"token": {text(tokens["access_token"])}})
	post("/revoke", url.Values{"token": {"x"}})
	post("/device_authorization", url.Values{"scope": {"read"}})
	post("/par", url.Values{"response_type": {"code"}, "client_id": {app.ID}, "redirect_uri": {app.Redirect}, "scope": {"openid"}, "nonce": {"n"}})
	browser := http.Header{"Cookie": {strings.Join(cookies, "; ")}, "Accept": {"text/html"}}
	ask := url.Values{"response_type": {"code"}, "client_id": {app.ID}, "redirect_uri": {app.Redirect}, "scope": {"openid profile"}, "nonce": {"n"}, "state": {"s"}}
	list = append(list,
		draft{http.MethodGet, "/authorize", ask, browser},
		draft{http.MethodGet, "/authorize", url.Values{"response_type": {"code"}, "client_id": {app.ID}, "user": {"bob"}, "nonce": {"n"}, "scope": {"openid"}}, browser},
		draft{http.MethodPost, "/authorize", ask, http.Header{"Content-Type": {kind}}},
		draft{http.MethodGet, "/userinfo", nil, http.Header{"Authorization": {"Bearer " + text(tokens["access_token"])}}},
		draft{http.MethodPost, "/userinfo", url.Values{"access_token": {text(tokens["access_token"])}}, http.Header{"Content-Type": {kind}}},
		draft{http.MethodPost, "/register", url.Values{"client_name": {"x"}}, http.Header{"Content-Type": {kind}}},
		draft{http.MethodGet, "/account", nil, browser},
		draft{http.MethodGet, "/.well-known/openid-configuration", nil, http.Header{}},
	)
	return list, app
}

// mutate changes a request somehow.
func mutate(r *rand.Rand, d *draft, app installation.App) {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	odd := []string{
		"", " ", "x", "\x00", "\u2028", "\u0430", "%zz", "\xff\xfe", strings.Repeat("a", 9000), strings.Repeat("a ", 300), "openid", "profile", "profile email", "event:write",
		"*", "none", "login", "alice", "bob", "code", "token", app.ID, app.Redirect, "https://evil.example/", "http://localhost:1", "authorization_code", "refresh_token", "client_credentials", "a.b.c",
	}
	names := []string{
		"scope", "user", "login_hint", "prompt", "max_age", "response_type", "client_id", "redirect_uri", "state", "code", "grant_type", "refresh_token", "code_challenge", "code_verifier",
		"request", "request_uri", "access_token", "token", "client_secret", "nonce", "claims",
	}
	for range 1 + r.IntN(3) {
		name := pick(names...)
		switch r.IntN(9) {
		case 0, 1:
			d.form.Del(name)
		case 2, 3, 4:
			d.form.Set(name, pick(odd...))
		case 5:
			d.form.Add(name, pick(odd...))
		case 6:
			d.method = pick(http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodOptions)
		case 7:
			d.header.Set(pick("Content-Type", "Authorization", "Accept", "Cookie", "Origin"), pick("", "x", "application/json", "Bearer x", "Basic x", "text/html", "https://evil.example"))
		default:
			d.path += pick("/", "?x=y", "/x", "%00", "//", "/../token", ";x")
		}
	}
	if d.form == nil {
		d.form = url.Values{}
	}
}

// mutated calls do with mutated requests, from several goroutines.
func mutated(list []draft, app installation.App, seed uint64, do func(n int, d draft)) {
	const workers = 4
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for n := worker; n < *mutants; n += workers {
				r := rand.New(rand.NewPCG(seed, uint64(n)))
				d := list[r.IntN(len(list))].clone()
				mutate(r, &d, app)
				do(n, d)
			}
		})
	}
	wg.Wait()
}

// Nothing that the standard endpoints refuse is accepted because the server speaks as other
// systems, too.
func TestProfilesOpenNoStandardEndpoint(t *testing.T) {
	g := grantor(t)
	speaking(t, g)
	list, app := drafts(t, g)
	before := make([]outcome, *mutants)
	mutated(list, app, 6749, func(n int, d draft) { before[n] = d.sent(t, g.Issuer) })
	speaking(t, g, everySystem...)
	var mu sync.Mutex
	accepted, refused := 0, 0
	mutated(list, app, 6749, func(n int, d draft) {
		after := d.sent(t, g.Issuer)
		if limited(before[n]) || limited(after) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if after != before[n] {
			t.Errorf("%s: %+v without and %+v with profiles", d, before[n], after)
		}
		if after.accepted {
			accepted++
		} else {
			refused++
		}
	})
	if accepted < *mutants/20 || refused < *mutants/4 {
		t.Errorf("only %d requests are accepted and %d refused: the mutations do not reach what they should", accepted, refused)
	}
}

// limited reports whether an answer says how busy the server is.
func limited(o outcome) bool {
	return o.status == http.StatusServiceUnavailable || o.status == http.StatusTooManyRequests
}

// standard are the error codes of the endpoints that the systems' paths lead to, and that of a
// path where there is nothing.
var standard = []string{
	"", "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target", "invalid_token", "insufficient_scope",
	"unsupported_response_type", "access_denied", "login_required", "consent_required", "request_not_supported", "request_uri_not_supported", "invalid_request_object", "invalid_request_uri",
	"registration_not_supported", "invalid_dpop_proof", "unmet_authentication_requirements", "not_found",
}

// Whatever comes to a path of a system is answered with a registered code, and nobody is sent
// to a place that no client registered.
func TestMutatedRequestsOfSystems(t *testing.T) {
	g := grantor(t)
	speaking(t, g, everySystem...)
	list, app := drafts(t, g)
	paths := map[string][]string{
		"/authorize": {cloudronPaths[0], owncloudPaths[0]}, "/token": {cloudronPaths[1], owncloudPaths[1]}, "/userinfo": {cloudronPaths[2]}, "/account": {owncloudPaths[2]},
	}
	var aliased []draft
	for _, d := range list {
		for _, path := range paths[d.path] {
			same := d.clone()
			same.path = path
			aliased = append(aliased, same)
		}
	}
	var mu sync.Mutex
	statuses := map[int]int{}
	mutated(aliased, app, 3986, func(_ int, d draft) {
		o := d.sent(t, g.Issuer)
		mu.Lock()
		defer mu.Unlock()
		statuses[o.status]++
		switch {
		case limited(o):
		case o.status >= http.StatusInternalServerError, !slices.Contains(standard, o.code), !utf8.ValidString(o.code):
			t.Errorf("%s: %+v", d, o)
		case o.location != "" && o.location != app.Redirect && !strings.HasPrefix(o.location, g.Issuer+"/"):
			t.Errorf("%s: sent to %s", d, o.location)
		}
	})
	t.Logf("the answers: %v", statuses)
	for status, least := range map[int]int{http.StatusOK: 20, http.StatusSeeOther: 10, http.StatusBadRequest: 80, http.StatusUnauthorized: 10, http.StatusNotFound: 20, http.StatusMethodNotAllowed: 20} {
		if statuses[status] < *mutants*least/800 {
			t.Errorf("only %d answers are %d", statuses[status], status)
		}
	}
}
