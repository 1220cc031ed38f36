package integration

import (
	"net/http"
	"strings"
	"testing"
)

var (
	posting = []string{"/token", "/introspect", "/revoke", "/par"}
	reading = []string{"/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}
)

func TestWrongMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "post", "POSTX"} {
		for _, path := range posting {
			t.Run(m+" "+path, func(t *testing.T) {
				answer := ask(t, at(t, 0, path), method(m), asking())
				if answer.Status != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "POST" {
					t.Errorf("answered %d, Allow %q", answer.Status, answer.Header.Get("Allow"))
				}
				if m != "HEAD" {
					refused(t, answer, http.StatusMethodNotAllowed, "invalid_request")
				}
			})
		}
	}
	for _, m := range []string{"POST", "PUT", "DELETE", "OPTIONS", "QUERY", "get"} {
		for _, path := range reading {
			t.Run(m+" "+path, func(t *testing.T) {
				answer := ask(t, at(t, 0, path), method(m))
				refused(t, answer, http.StatusMethodNotAllowed, "invalid_request")
				if allow := answer.Header.Get("Allow"); allow != "GET, HEAD" {
					t.Errorf("Allow is %q", allow)
				}
			})
		}
	}
}

func TestReadableDocuments(t *testing.T) {
	t.Parallel()
	for _, path := range reading {
		get, head := ask(t, at(t, 0, path), method("GET")), ask(t, at(t, 0, path), method("HEAD"))
		if get.Status != http.StatusOK || get.JSON == nil || head.Status != http.StatusOK || head.Body != "" {
			t.Errorf("%s answers GET with %d %s and HEAD with %d %q", path, get.Status, get.Body, head.Status, head.Body)
		}
		for _, name := range []string{"Content-Type", "Content-Length", "Cache-Control", "Access-Control-Allow-Origin"} {
			if get.Header.Get(name) == "" || get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("%s: %s is %q for GET and %q for HEAD", path, name, get.Header.Get(name), head.Header.Get(name))
			}
		}
		if !strings.HasPrefix(get.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: Cache-Control is %q", path, get.Header.Get("Cache-Control"))
		}
	}
}

// Nothing is mounted that discovery does not list.
func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for _, path := range []string{
		"/Token", "/token/", "/token/x", "//token", "/tokens", "/x/token", "/./token", "/x/../token", "/token;x", "/token%2f", "/token%00",
		"/authorize/", "/userinfo/", "/login/", "/logout/", "/consent/", "/account/", "/applications/", "/device/", "/devices", "/device_authorization/", "/par/", "/register", "/assets",
		"/jwks/", "/jwks.json", "/.well-known/", "/.well-known/jwks.json", "/.well-known/openid-configuration/", "/.well-known/webfinger",
		"/healthz", "/readyz", "/metrics", "/debug/pprof/", "/debug/vars", "/favicon.ico", "/robots.txt",
	} {
		for _, m := range []string{"GET", "POST"} {
			answer := ask(t, at(t, 0, path), method(m), p.authentication(), asking())
			if answer.Status != http.StatusNotFound || answer.Code() != "not_found" || len(answer.JSON) != 2 {
				t.Errorf("%s %q answers %d %s", m, path, answer.Status, answer.Body)
			}
		}
	}
}

// Health and metrics have a port of their own, on which nothing else is.
func TestInternalPort(t *testing.T) {
	t.Parallel()
	internal := grantor(t).Servers[0].Options().MetricsURL
	for path, status := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/metrics": 200,
		"/token": 404, "/introspect": 404, "/revoke": 404, "/jwks": 404, "/.well-known/openid-configuration": 404, "/debug/pprof/": 404, "/": 404,
	} {
		if answer := ask(t, internal+path, method("GET")); answer.Status != status {
			t.Errorf("%s answers %d, not %d", path, answer.Status, status)
		}
	}
}
