package integration

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// pageDrafts are requests of a user who is signed in, each right but for what a
// mutation does to it.
func pageDrafts(t *testing.T, app installation.App) (drafts []draft, secrets []string) {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, app.Issuer)
	tokens := app.Tokens(t, v, "alice", nil)
	token, _ := tokens["access_token"].(string)
	idToken, _ := tokens["id_token"].(string)
	var cookies []string
	for _, cookie := range v.Cookies(app.Issuer) {
		cookies, secrets = append(cookies, cookie.Name+"="+cookie.Value), append(secrets, cookie.Value)
	}
	headers := func(more ...string) []string {
		return append([]string{"Host: " + strings.TrimPrefix(app.Issuer, "http://"), "Connection: close", "Cookie: " + strings.Join(cookies, "; ")}, more...)
	}
	const form = "Content-Type: application/x-www-form-urlencoded"
	get := func(to string, more ...string) {
		target := strings.TrimPrefix(to, app.Issuer)
		drafts = append(drafts, draft{method: "GET", target: target, version: "HTTP/1.1", headers: headers(more...), parameters: []string{"x=y"}})
	}
	post := func(path string, values ...string) {
		drafts = append(drafts, draft{method: "POST", target: path, version: "HTTP/1.1", headers: headers(form), parameters: values})
	}
	to, _ := app.AuthorizationURL(nil)
	u, _ := url.Parse(to)
	get(to)
	post("/authorize", strings.Split(u.RawQuery, "&")...)
	again, _ := app.AuthorizationURL(url.Values{"prompt": {"login"}})
	login, _ := v.Get(t, again).LoginForm()
	post("/login", "flow="+url.QueryEscape(login.Values.Get("flow")), "username=nobody", "password=wrong")
	get("/login?flow=" + url.QueryEscape(login.Values.Get("flow")))
	consent, _ := app.AuthorizationURL(url.Values{"prompt": {"consent"}})
	agree, _ := v.Get(t, consent).DecisionForm()
	post("/consent", "flow="+url.QueryEscape(agree.Values.Get("flow")), "decision=allow")
	post("/consent", "flow="+url.QueryEscape(agree.Values.Get("flow")), "decision=deny")
	get("/logout?id_token_hint=" + idToken + "&state=x&client_id=" + app.ID)
	leave, _ := v.Get(t, app.Issuer+"/logout").DecisionForm()
	post("/logout", "flow="+url.QueryEscape(leave.Values.Get("flow")), "decision=deny")
	credentials := []string{"client_id=" + app.ID, "client_secret=" + app.Secret}
	post("/par", append(credentials, strings.Split(u.RawQuery, "&")[1:]...)...)
	pushed, _, _ := app.Push(t, nil)
	get(pushed)
	get("/account")
	get("/applications?q=a&page=1")
	for _, form := range v.Get(t, app.Issuer+"/account").Forms {
		post("/account", "flow="+url.QueryEscape(form.Values.Get("flow")), "action=nothing", "id=x")
		break
	}
	get("/userinfo", "Authorization: Bearer "+token)
	post("/userinfo", "access_token="+token)
	return drafts, append(secrets, token, idToken, app.Secret)
}

// The same promise where browsers come: never a 5xx, and never to a place that no
// client registered.
func TestTenThousandMutatedPageRequests(t *testing.T) {
	t.Parallel()
	const requests, seed = 10_000, 3986
	app := grantor(t).NewApp(t, installation.Application(namespace(t), "app"))
	p := newParty(t)
	drafts, secrets := pageDrafts(t, app)
	all := append(mutations(p), pageMutations(app)...)
	counts := bombard(t, requests, seed, func(r *rand.Rand) draft {
		d := drafts[r.IntN(len(drafts))]
		d.headers, d.parameters = slices.Clone(d.headers), slices.Clone(d.parameters)
		mutate(r, &d, all)
		return d
	}, func(answer string) error {
		head, _, _ := strings.Cut(answer, "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if to, ok := strings.CutPrefix(line, "Location: "); ok && !strings.HasPrefix(to, app.Redirect+"?") && !strings.HasPrefix(to, app.Issuer+"/") {
				return fmt.Errorf("sent to %s", to)
			}
		}
		return nil
	})
	for code, least := range map[int]int64{200: 300, 303: 300, 400: 1000, 401: 30, 403: 100, 404: 100, 405: 100} {
		if counts[code] < least {
			t.Errorf("only %d answers are %d: the mutations do not reach what they should", counts[code], code)
		}
	}
	unharmed(t, p, secrets...)
}

func pageMutations(app installation.App) []mutation {
	parameters := []string{
		"redirect_uri=https://evil.example/", "redirect_uri=", "redirect_uri=" + url.QueryEscape(app.Redirect) + "%00", "client_id=" + app.ID, "prompt=none", "prompt=login", "prompt=none+login",
		"max_age=0", "max_age=x", "response_mode=form_post", "response_mode=fragment", "response_type=token", "claims=%7B%7D", "claims=%7B", "request=x", "request_uri=https://evil.example/",
		"id_token_hint=x", "login_hint=%22%3E%3Cscript%3E", "state=%ff", "scope=openid+unknown", "scope=", "post_logout_redirect_uri=https://evil.example/", "decision=", "flow=", "flow=x", "action=end", "id=%00",
	}
	cookies := []string{"Cookie: a=b", "Cookie:", "Cookie: =", "Cookie: ;;;", "Cookie: \xff=\xfe", "Origin: https://evil.example", "Origin: null", "Referer: https://evil.example/", "Authorization: Bearer x", "X-Forwarded-For: x"}
	paths := []string{"/authorize", "/login", "/consent", "/logout", "/account", "/applications", "/userinfo", "/par"}
	return append(urlMutations(parameters, cookies, paths), func(r *rand.Rand, d *draft) { d.headers[min(2, len(d.headers)-1)] = pick(r, cookies) })
}

// urlMutations send parameters, headers and paths where they are not expected, and damage the
// query.
func urlMutations(parameters, headers, paths []string) []mutation {
	return []mutation{
		func(r *rand.Rand, d *draft) {
			separator := "?"
			if strings.Contains(d.target, "?") {
				separator = "&"
			}
			d.target += separator + pick(r, parameters)
		},
		func(r *rand.Rand, d *draft) { d.parameters = append(d.parameters, pick(r, parameters)) },
		func(r *rand.Rand, d *draft) { d.headers = append(d.headers, pick(r, headers)) },
		func(r *rand.Rand, d *draft) { d.target = pick(r, paths) },
		func(r *rand.Rand, d *draft) {
			path, query, _ := strings.Cut(d.target, "?")
			d.target = path + "?" + damage(r, query)
		},
	}
}
