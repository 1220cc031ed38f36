package coder

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

func TestMetadata(t *testing.T) {
	for body, redirects := range map[string][]string{
		`{"name":"App","callback_url":"https://a.example/cb","icon":""}`:                                            {"https://a.example/cb"},
		`{"name":"App","redirect_uris":["https://a.example/cb"]}`:                                                   {"https://a.example/cb"},
		`{"name":"App","callback_url":"https://a.example/cb","redirect_uris":["https://b.example/cb"],"unknown":1}`: {"https://a.example/cb", "https://b.example/cb"},
		`{"name":"App","callback_url":"https://a.example/cb","redirect_uris":["https://a.example/cb"]}`:             {"https://a.example/cb"},
	} {
		got, err := metadata([]byte(body), []string{"profile", "email"})
		want := registration.Metadata{
			Name: "App", RedirectURIs: redirects, Method: "client_secret_post", GrantTypes: []string{"authorization_code", "refresh_token"}, ResponseTypes: []string{"code"},
			Scopes: []string{"profile", "email"}, System: oauthv1alpha1.CompatibilityCoder,
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	for body, code := range map[string]string{
		`{}`: httpx.CodeInvalidClientMetadata, `[]`: httpx.CodeInvalidClientMetadata, ``: httpx.CodeInvalidClientMetadata,
		`{"name":"a","name":"b","callback_url":"https://a.example"}`: httpx.CodeInvalidClientMetadata,
		`{"name":1,"callback_url":"https://a.example"}`:              httpx.CodeInvalidClientMetadata,
		`{"name":"a"}`: httpx.CodeInvalidRedirectURI,
		`{"name":"a","callback_url":["https://a.example"]}`:                              httpx.CodeInvalidRedirectURI,
		`{"name":"a","redirect_uris":"https://a.example"}`:                               httpx.CodeInvalidRedirectURI,
		`{"name":"a","callback_url":"/cb"}`:                                              httpx.CodeInvalidRedirectURI,
		`{"name":"a","callback_url":"https://a.example/#x"}`:                             httpx.CodeInvalidRedirectURI,
		`{"name":"a","callback_url":"https://a.example","icon":"javascript:alert(1)"}`:   httpx.CodeInvalidClientMetadata,
		`{"name":"a","callback_url":"https://a.example","icon":"/emojis/1f600.png"}`:     httpx.CodeInvalidClientMetadata,
		`{"name":"` + strings.Repeat("n", 101) + `","callback_url":"https://a.example"}`: httpx.CodeInvalidClientMetadata,
	} {
		_, err := metadata([]byte(body), nil)
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Code != code || refusal.Status != http.StatusBadRequest {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// What the paths of applications refuse before they ask who sends the request.
func TestWhoMayAsk(t *testing.T) {
	settings := &serverspec.Settings{}
	ctx, trail := audit.Begin(t.Context())
	s := &compat.Server{Settings: func() *serverspec.Settings { return settings }, Address: func(*http.Request) netip.Addr { return netip.Addr{} }}
	ask := func(method, path string, headers ...string) (int, string) {
		r := httptest.NewRequestWithContext(ctx, method, path, http.NoBody)
		r.Header["Authorization"] = headers
		var next httpx.Endpoint = &applications{s}
		if path != appsPath {
			next = &application{s}
		}
		if strings.HasPrefix(path, tokensPath) {
			next = &withdrawal{s}
		}
		refusal, _ := errors.AsType[*httpx.Error](next.ServeEndpoint(httptest.NewRecorder(), r))
		if refusal == nil {
			return 0, ""
		}
		return refusal.Status, refusal.Code
	}
	if status, code := ask(http.MethodGet, appsPath, "Bearer x"); status != http.StatusForbidden || code != httpx.CodeAccessDenied {
		t.Errorf("without namespaces: %d %s", status, code)
	}
	if status, _ := ask(http.MethodDelete, tokensPath); status != http.StatusBadRequest {
		t.Errorf("without a client: %d", status)
	}
	if n := len(trail.Events); n == 0 || trail.Events[n-1].Decision != audit.Withdrawal || trail.Events[n-1].Refused != httpx.CodeInvalidRequest {
		t.Errorf("recorded: %+v", trail.Events)
	}
	settings.Registration.WithToken = true
	for _, path := range []string{appsPath, appsPath + "/x", appsPath + "/x/secrets", appsPath + "/x/secrets/1", tokensPath + "?client_id=x"} {
		for _, headers := range [][]string{nil, {""}, {"Bearer"}, {"Bearer "}, {"Basic eDp5"}, {"Bearer a", "Bearer b"}} {
			if status, _ := ask(http.MethodDelete, path, headers...); status != http.StatusUnauthorized && (path != appsPath || status != http.StatusMethodNotAllowed) {
				t.Errorf("%s with %v: %d", path, headers, status)
			}
		}
	}
	for _, path := range []string{appsPath + "/x/other", appsPath + "/x/", appsPath + "/x/secrets/", appsPath + "/x/secrets/1/2", appsPath + "/x/secrets/01", appsPath + "/x/secrets/-1", appsPath + "/x/secrets/0"} {
		if status, _ := ask(http.MethodGet, path, "Bearer x"); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}
