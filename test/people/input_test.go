package people

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// codes are the registered error codes that an application may be answered.
var codes = []string{
	"invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope", "invalid_target", "login_required", "consent_required",
	"request_not_supported", "request_uri_not_supported", "registration_not_supported", "unmet_authentication_requirements",
}

// proper checks what every answer to a browser has to be, whatever it sent: a page, or a
// redirect to where it is registered, and never an error of the server.
func proper(t testing.TB, app installation.App, what string, view installation.View) {
	t.Helper()
	switch {
	case view.Status >= 500:
		t.Errorf("%s: answered %d %s", what, view.Status, view.Body)
	case view.Elsewhere != nil && !strings.HasPrefix(view.Elsewhere.String(), app.Redirect+"?"):
		t.Errorf("%s: the visitor is sent to %v", what, view.Elsewhere)
	case view.Elsewhere != nil && view.Param("code") == "" && !slices.Contains(codes, view.Param("error")):
		t.Errorf("%s: the application is answered %v", what, view.Elsewhere)
	case strings.Contains(view.Body, "<script>alert"):
		t.Errorf("%s: the page has a script of the request", what)
	}
}

// strange values of parameters.
func strange() map[string]string {
	return map[string]string{
		"empty": "", "NUL": "\x00", "controls": "\x01\x1b[31m\x7f", "line breaks": "a\r\nSet-Cookie: x=y\r\n\r\n", "a script": `"><script>alert(1)</script>`,
		"unicode": "schl\u00fcssel\u2028\U0001F511\u202e", "not UTF-8": "\xff\xfe\xc0\x80", "verbs": "%s%n%!d(MISSING)", "spaces": "  ", "a list": "a b c", "JSON": `{"a":[1]}`,
		"a number": "99999999999999999999999", "negative": "-1", "long": strings.Repeat("x", 6000), "an address": "https://evil.example/",
	}
}

var parameters = []string{
	"client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "display", "ui_locales",
	"claims_locales", "id_token_hint", "login_hint", "acr_values", "claims", "request", "request_uri", "registration", "resource", "audience", "unknown",
}

// Whatever a parameter of an authorization request is, and however often it is sent.
func TestStrangeAuthorizationRequests(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	for _, who := range []*installation.Visitor{v, visitor(t)} {
		for _, parameter := range parameters {
			for name, value := range strange() {
				view, _ := authorize(t, app, who, url.Values{parameter: {value}})
				proper(t, app, name+" in "+parameter, view)
				if (parameter == "client_id" || parameter == "redirect_uri") && view.Elsewhere != nil {
					t.Errorf("%s in %s: the visitor is sent to %v", name, parameter, view.Elsewhere)
				}
			}
			to, _ := app.AuthorizationURL(nil)
			u, _ := url.Parse(to)
			first := u.Query().Get(parameter)
			view, _ := authorize(t, app, who, url.Values{parameter: {first, first}})
			if parameter != "resource" && parameter != "audience" {
				errorPage(t, view)
			}
			proper(t, app, parameter+" twice", view)
		}
	}
	for _, query := range []string{"", "?", "%zz", "a;b", "&&&", "=", strings.Repeat("a=b&", 3000), "client_id=" + url.QueryEscape(app.ID) + "&x=%zz"} {
		errorPage(t, v.Get(t, app.Issuer+"/authorize?"+query))
	}
}

var pages = []string{"/authorize", "/login", "/consent", "/logout", "/account"}

func TestMethodsOfPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, path := range append([]string{"/userinfo"}, pages...) {
		for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get", "POSTX"} {
			request, _ := http.NewRequestWithContext(t.Context(), method, app.Issuer+path, http.NoBody)
			view := visitor(t).Send(t, request)
			if view.Status != http.StatusMethodNotAllowed || view.Header.Get("Allow") != "GET, HEAD, POST" {
				t.Errorf("%s %s is answered %d, Allow %q", method, path, view.Status, view.Header.Get("Allow"))
			}
		}
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, app.Issuer+path, http.NoBody)
		head, get := visitor(t).Send(t, request), visitor(t).Get(t, app.Issuer+path)
		if head.Status != get.Status || head.Body != "" {
			t.Errorf("%s: HEAD is answered %d %q, GET %d", path, head.Status, head.Body, get.Status)
		}
	}
}

func TestBodiesOfPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	form := "flow=x&decision=allow&access_token=x&client_id=x"
	for _, path := range append([]string{"/userinfo"}, pages...) {
		for name, test := range map[string]struct {
			kind, body string
			status     int
		}{
			"JSON":            {"application/json", "{}", 400},
			"multipart":       {"multipart/form-data; boundary=x", "--x--", 400},
			"text":            {"text/plain", form, 400},
			"a bad escape":    {"application/x-www-form-urlencoded", form + "&x=%zz", 400},
			"semicolons":      {"application/x-www-form-urlencoded", "a;b", 400},
			"twice":           {"application/x-www-form-urlencoded", form + "&" + form, 400},
			"many parameters": {"application/x-www-form-urlencoded", many(65), 400},
			"65 KiB":          {"application/x-www-form-urlencoded", "x=" + strings.Repeat("y", 65<<10), 413},
			"five megabytes":  {"application/x-www-form-urlencoded", "x=" + strings.Repeat("y", 5<<20), 413},
		} {
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, app.Issuer+path, strings.NewReader(test.body))
			request.Header.Set("Content-Type", test.kind)
			view := visitor(t).Send(t, request)
			if view.Status != test.status || view.Elsewhere != nil {
				t.Errorf("%s to %s is answered %d to %v", name, path, view.Status, view.Elsewhere)
			}
		}
		if path == "/authorize" || path == "/userinfo" {
			continue
		}
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, app.Issuer+path+"?flow=x", strings.NewReader("decision=allow"))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		errorPage(t, visitor(t).Send(t, request))
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("&p" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "=x")
	}
	return b.String()[1:]
}

// Whatever the fields of a form hold, its page answers.
func TestStrangeForms(t *testing.T) {
	t.Parallel()
	app, person, v := newApp(t), newPerson(t), visitor(t)
	app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {"openid offline_access"}})
	agree, _ := authorize(t, app, v, url.Values{"prompt": {"consent"}})
	decision, _ := agree.DecisionForm()
	account, leave := v.Get(t, app.Issuer+"/account"), v.Get(t, app.Issuer+"/logout")
	change, _ := accountForm(t, account, "withdraw", "")
	sign, _ := leave.DecisionForm()
	for _, test := range []struct {
		from   installation.View
		form   installation.Form
		fields []string
	}{{agree, decision, []string{"flow", "decision", "unknown"}}, {leave, sign, []string{"flow", "decision", "state", "post_logout_redirect_uri"}}, {account, change, []string{"flow", "action", "id"}}} {
		for _, field := range test.fields {
			for name, value := range strange() {
				for _, values := range [][]string{{value}, {value, value}} {
					view := v.Submit(t, test.from, test.form, url.Values{field: values})
					proper(t, app, name+" in "+field+" of "+test.form.Action, view)
					if view.Status >= 300 && view.Status < 400 {
						t.Errorf("%s in %s of %s: sent to %v", name, field, test.form.Action, view.Elsewhere)
					}
				}
			}
		}
	}
	for name, value := range strange() {
		for _, path := range []string{"/logout?state=", "/logout?id_token_hint=", "/logout?client_id=", "/logout?post_logout_redirect_uri=", "/login?flow=", "/consent?flow=", "/account?x="} {
			view := v.Get(t, app.Issuer+path+url.QueryEscape(value))
			if proper(t, app, name+" at "+path, view); view.Elsewhere != nil {
				t.Errorf("%s at %s: sent to %v", name, path, view.Elsewhere)
			}
		}
	}
}

// What the token endpoint answers to strange parameters of the grants of people.
func TestStrangeTokenRequests(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	code, verifier := app.Code(t, visitor(t), "alice", nil)
	for name, value := range strange() {
		for parameter, wanted := range map[string]string{"code": "invalid_grant", "redirect_uri": "invalid_grant", "code_verifier": "invalid_grant"} {
			if name == "empty" && parameter == "code" {
				wanted = "invalid_request"
			}
			// With PKCE an empty redirect_uri is one that is left out.
			if name != "empty" || parameter != "redirect_uri" {
				denied(t, app.Redeem(t, code, verifier, url.Values{parameter: {value}}), wanted)
			}
			denied(t, app.Redeem(t, code, verifier, url.Values{parameter: {value, value}}), "invalid_request")
		}
		if name != "empty" {
			denied(t, app.Refresh(t, value, nil), "invalid_grant")
		}
	}
	tokens := tokensOf(t, app.Redeem(t, code, verifier, url.Values{"unknown": {"\x00"}}))
	for name, value := range strange() {
		if name != "empty" && name != "spaces" {
			denied(t, app.Refresh(t, refresh(tokens), url.Values{"scope": {value}}), "invalid_scope")
		}
	}
	alive(t, app, tokens)
}
