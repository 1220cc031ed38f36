package server

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/device"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/introspection"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/metrics"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/revocation"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
	"github.com/grantor-dev/grantor/server/ui"
	"github.com/grantor-dev/grantor/server/userinfo"
)

// routed returns the router of a server with the given issuer, which has keys and no
// clients.
func routed(t *testing.T, issuer string, available error) *router {
	return routedAt(t, issuer, "", available)
}

// routedAt does so for a server that clients with certificates find at a host.
func routedAt(t *testing.T, issuer, host string, available error) *router {
	t.Helper()
	store := keystest.NewStore(t)
	name := func() string { return issuer }
	edge := &httpx.Edge{Realm: "x", Available: func() error { return available }, Log: slog.New(slog.DiscardHandler), Observer: metrics.New()}
	p := protocol{
		token:    token.New(clientauth.New(clientauth.Options{}), nil, &tokens.Maker{}),
		userinfo: &userinfo.Endpoint{}, introspection: &introspection.Endpoint{}, revocation: &revocation.Endpoint{}, device: &device.Start{},
	}
	pages, err := ui.New(func() string { return pathOf(issuer) }, nil)
	if err != nil {
		t.Fatal(err)
	}
	edge.Page = flow.WriteError(pages)
	s := &Server{keys: store}
	visits := &flow.Visits{Issuer: name, Settings: func() *serverspec.Settings { return &serverspec.Settings{} }, Keys: store, Now: time.Now}
	p.pushed = pushed.New(pushed.Options{Visits: visits})
	p.registration = &registration.Endpoint{Settings: visits.Settings}
	list := s.routes(p, authorization.New(authorization.Options{Visits: visits}), account.New(account.Options{Visits: visits}), &device.Service{Visits: visits}, pages, func() time.Duration { return time.Minute })
	return newRouter(edge, httpx.CORS{}, httpx.CORS{}, mtls{&certificates.Source{}, host}, list, pages.Assets(), name, func() string { return endpoints.Account }, func() []string { return []string{"read"} }, nil, changing())
}

// changing returns a version that is another one each time.
func changing() func() uint64 {
	var version atomic.Uint64
	return func() uint64 { return version.Add(1) }
}

func answered(handler http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(method, path, http.NoBody))
	return w
}

// Browsers are told to use only https where the issuer does, by pages alone.
func TestPagesOfAnHTTPSIssuerAskForHTTPS(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://auth.example.com": "max-age=31536000", "https://auth.example.com/a": "max-age=31536000", "https://auth.example.com:8443/a": "",
		"http://127.0.0.1:8080": "", "https://localhost": "",
	} {
		handler := routed(t, issuer, nil)
		for path, want := range map[string]string{"/login": want, "/": want, "/jwks": ""} {
			w := answered(handler, http.MethodGet, pathOf(issuer)+path)
			if got := w.Header().Get("Strict-Transport-Security"); got != want {
				t.Errorf("%s: %s says %q", issuer, path, got)
			}
		}
	}
}

func TestPathsBelowAnIssuer(t *testing.T) {
	const documents, inserted = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	for issuer, test := range map[string]struct{ found, missing []string }{
		"https://auth.example.com": {
			[]string{"/jwks", documents, inserted},
			[]string{"/a/jwks", documents + "/", inserted + "/a", "//jwks"},
		},
		"https://auth.example.com:8443/a": {
			[]string{"/a/jwks", "/a" + documents, inserted + "/a"},
			[]string{"/jwks", documents, inserted, "/a" + inserted, "/ajwks", "/a/a/jwks", "/ab/jwks", inserted + "/a/", inserted + "/ab", documents + "/a"},
		},
		"https://auth.example.com/jwks": {
			[]string{"/jwks/jwks", "/jwks" + documents, inserted + "/jwks"},
			[]string{"/jwks/jwks/jwks"},
		},
		"https://auth.example.com/.well-known": {
			[]string{"/.well-known/jwks", "/.well-known" + documents, inserted + "/.well-known"},
			[]string{"/jwks", documents, inserted},
		},
		"https://[::1]:8080/a/b": {
			[]string{"/a/b/jwks", "/a/b" + documents, inserted + "/a/b"},
			[]string{"/a/jwks", inserted + "/a"},
		},
	} {
		handler := routed(t, issuer, nil)
		var first string
		for _, path := range test.found {
			w := answered(handler, http.MethodGet, path)
			if w.Code != http.StatusOK {
				t.Errorf("%s: %s answers %d", issuer, path, w.Code)
			}
			var document map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
				t.Fatal(err)
			}
			if document["keys"] != nil {
				continue
			}
			if document["issuer"] != issuer || document["token_endpoint"] != issuer+"/token" || document["jwks_uri"] != issuer+"/jwks" {
				t.Errorf("%s: %s says %s", issuer, path, w.Body)
			}
			if first != "" && first != w.Body.String() {
				t.Errorf("%s: two documents differ: %s %s", issuer, first, w.Body)
			}
			first = w.Body.String()
		}
		for _, path := range test.missing {
			if w := answered(handler, http.MethodGet, path); w.Code != http.StatusNotFound {
				t.Errorf("%s: %s answers %d %s", issuer, path, w.Code, w.Body)
			}
		}
	}
}

func TestRootLeadsToTheAccount(t *testing.T) {
	for issuer, paths := range map[string][]string{
		"https://auth.example.com":      {"/"},
		"https://auth.example.com/a/b":  {"/", "/a/b", "/a/b/"},
		"https://auth.example.com/jwks": {"/", "/jwks", "/jwks/"},
	} {
		handler := routed(t, issuer, nil)
		for _, path := range paths {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				w := answered(handler, method, path)
				if w.Code != http.StatusSeeOther || w.Header().Get("Location") != issuer+"/account" {
					t.Errorf("%s: %s %s answers %d, %q", issuer, method, path, w.Code, w.Header().Get("Location"))
				}
			}
			if w := answered(handler, http.MethodPost, path); w.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s: POST %s answers %d", issuer, path, w.Code)
			}
		}
	}
}

// A person gets a page, a program the shape of error that it gets everywhere.
func TestUnknownPathsAnswerInTheCallersLanguage(t *testing.T) {
	handler := routed(t, "https://auth.example.com/a", nil)
	for _, path := range []string{"/a/nowhere", "/nowhere", "/a/token/", "/favicon.ico", "/a/login/../../x"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for accept, want := range map[string]string{
				"text/html,application/xhtml+xml,*/*;q=0.8": "text/html; charset=utf-8", "*/*": "application/json", "": "application/json",
			} {
				r := httptest.NewRequest(method, path, http.NoBody)
				if accept != "" {
					r.Header.Set("Accept", accept)
				}
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if got := w.Header().Get("Content-Type"); w.Code != http.StatusNotFound || got != want || w.Header().Get("Vary") != "Accept" {
					t.Errorf("%s %s for %q: %d %s, Vary %q", method, path, accept, w.Code, got, w.Header().Get("Vary"))
				}
				var answer map[string]string
				if json.Unmarshal(w.Body.Bytes(), &answer) == nil != (want == "application/json") {
					t.Errorf("%s %s for %q: %s", method, path, accept, w.Body)
				} else if answer != nil && (answer["error"] != "not_found" || answer["error_description"] == "") {
					t.Errorf("%s %s for %q: %s", method, path, accept, w.Body)
				}
			}
		}
	}
}

// While the server cannot answer truthfully it answers nothing else either.
func TestUnavailableServer(t *testing.T) {
	handler := routed(t, "https://auth.example.com", errors.New("copies are too old"))
	for path, method := range map[string]string{
		"/token": http.MethodPost, "/introspect": http.MethodPost, "/revoke": http.MethodPost, "/jwks": http.MethodGet, "/.well-known/openid-configuration": http.MethodGet,
	} {
		w := answered(handler, method, path)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s answers %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
}
