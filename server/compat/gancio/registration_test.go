package gancio

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

func TestMetadata(t *testing.T) {
	want := registration.Metadata{
		Name: "App", RedirectURIs: []string{"https://app.example/"}, Method: "client_secret_post", GrantTypes: []string{"authorization_code", "refresh_token"},
		ResponseTypes: []string{"code"}, Scopes: []string{"event:write"}, ClientURI: "https://home.example", System: oauthv1alpha1.CompatibilityGancio,
	}
	for name, test := range map[string]struct{ kind, body string }{
		"a form":  {"application/x-www-form-urlencoded", "client_name=App&redirect_uris=https://app.example/&scopes=event:write&website=https://home.example"},
		"JSON":    {"application/json", `{"client_name":"App","redirect_uris":"https://app.example/","website":"https://home.example"}`},
		"unknown": {"application/json; charset=utf-8", `{"client_name":"App","redirect_uris":"https://app.example/","website":"https://home.example","id":"x","client_secret":"x","token_endpoint_auth_method":"none"}`},
	} {
		got, err := readRequest(test.kind, test.body)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func readRequest(kind, body string) (registration.Metadata, error) {
	r := httptest.NewRequest(http.MethodPost, "/api/client", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	sent, err := members(httptest.NewRecorder(), r)
	if err != nil {
		return registration.Metadata{}, err
	}
	return metadata(sent)
}

func TestWhatIsNotRegistered(t *testing.T) {
	for body, code := range map[string]string{
		`{}`: httpx.CodeInvalidRedirectURI,
		`{"redirect_uris":["https://app.example"]}`:                                              httpx.CodeInvalidRedirectURI,
		`{"redirect_uris":"https://a.example https://b.example"}`:                                httpx.CodeInvalidRedirectURI,
		`{"redirect_uris":"/relative"}`:                                                          httpx.CodeInvalidRedirectURI,
		`{"redirect_uris":"https://a.example","redirect_uris":"https://b.example"}`:              httpx.CodeInvalidRequest,
		`{"redirect_uris":"https://a.example","scopes":"event:read"}`:                            httpx.CodeInvalidClientMetadata,
		`{"redirect_uris":"https://a.example","scopes":["event:write"]}`:                         httpx.CodeInvalidClientMetadata,
		`{"redirect_uris":"https://a.example","client_name":1}`:                                  httpx.CodeInvalidClientMetadata,
		`{"redirect_uris":"https://a.example","website":"javascript:alert(1)"}`:                  httpx.CodeInvalidClientMetadata,
		`{"redirect_uris":"https://a.example","client_name":"a\u202eb"}`:                         httpx.CodeInvalidClientMetadata,
		`{"redirect_uris":"https://a.example","client_name":"` + strings.Repeat("x", 101) + `"}`: httpx.CodeInvalidClientMetadata,
		`[]`: httpx.CodeInvalidRequest, ``: httpx.CodeInvalidRequest, `{"a":{"b":{"c":1}}}`: httpx.CodeInvalidRequest,
	} {
		_, err := readRequest("application/json", body)
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Code != code || (refusal.Status == http.StatusUnprocessableEntity) != strings.Contains(body, "scopes") {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, body := range []string{"redirect_uris=https://a.example&redirect_uris=https://b.example", "redirect_uris=%zz"} {
		if _, err := readRequest("application/x-www-form-urlencoded", body); httpx.CodeOf(err) != httpx.CodeInvalidRequest {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// FuzzRegistration registers whatever is sent: nothing but a client of Gancio, or a refusal that is
// the sender's fault.
func FuzzRegistration(f *testing.F) {
	f.Add(true, `{"client_name":"App","redirect_uris":"https://app.example/","scopes":"event:write"}`)
	f.Add(false, "client_name=App&redirect_uris=https://app.example/")
	f.Add(true, `{"redirect_uris":{}}`)
	f.Fuzz(func(t *testing.T, isJSON bool, body string) {
		kind := "application/x-www-form-urlencoded"
		if isJSON {
			kind = "application/json"
		}
		m, err := readRequest(kind, body)
		if refusal, ok := errors.AsType[*httpx.Error](err); err != nil && (!ok || refusal.Status >= http.StatusInternalServerError) {
			t.Errorf("refused with %v", err)
		}
		if err == nil && (m.System != oauthv1alpha1.CompatibilityGancio || len(m.RedirectURIs) != 1 || len(m.Scopes) != 1 || m.Method != registration.MethodPost) {
			t.Errorf("registers %+v", m)
		}
	})
}
