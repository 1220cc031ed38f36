package compat

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// known are clients by their IDs.
type known map[string]*clients.Client

// Client implements Clients.
func (k known) Client(id string) (*clients.Client, error) { return k[id], nil }

func withRedirects(method oauthv1alpha1.AuthenticationMethod, uris ...string) *clients.Client {
	return clients.New(clientspec.Client{Method: method, Interactive: clientspec.Interactive{RedirectURIs: uris}})
}

func TestGancioMetadata(t *testing.T) {
	want := registration.Metadata{
		Name: "App", RedirectURIs: []string{"https://app.example/"}, Method: "client_secret_post", GrantTypes: []string{"authorization_code", "refresh_token"},
		ResponseTypes: []string{"code"}, Scopes: []string{"event:write"}, ClientURI: "https://home.example", System: oauthv1alpha1.CompatibilityGancio,
	}
	for name, test := range map[string]struct{ kind, body string }{
		"a form":  {"application/x-www-form-urlencoded", "client_name=App&redirect_uris=https://app.example/&scopes=event:write&website=https://home.example"},
		"JSON":    {"application/json", `{"client_name":"App","redirect_uris":"https://app.example/","website":"https://home.example"}`},
		"unknown": {"application/json; charset=utf-8", `{"client_name":"App","redirect_uris":"https://app.example/","website":"https://home.example","id":"x","client_secret":"x","token_endpoint_auth_method":"none"}`},
	} {
		got, err := gancioRead(test.kind, test.body)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func gancioRead(kind, body string) (registration.Metadata, error) {
	r := httptest.NewRequest(http.MethodPost, "/api/client", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	members, err := gancioMembers(httptest.NewRecorder(), r)
	if err != nil {
		return registration.Metadata{}, err
	}
	return gancioMetadata(members)
}

func TestWhatGancioDoesNotRegister(t *testing.T) {
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
		_, err := gancioRead("application/json", body)
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Code != code || (refusal.Status == http.StatusUnprocessableEntity) != strings.Contains(body, "scopes") {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, body := range []string{"redirect_uris=https://a.example&redirect_uris=https://b.example", "redirect_uris=%zz"} {
		if _, err := gancioRead("application/x-www-form-urlencoded", body); httpx.CodeOf(err) != httpx.CodeInvalidRequest {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// Only a client with a secret and one address that no port can change may leave redirect_uri out.
func TestGancioTokenRequests(t *testing.T) {
	s := &Server{Clients: known{
		"one": withRedirects(oauthv1alpha1.AuthenticationPost, "https://app.example/cb"), "public": withRedirects(oauthv1alpha1.AuthenticationNone, "https://app.example/cb"),
		"two":   withRedirects(oauthv1alpha1.AuthenticationPost, "https://app.example/cb", "https://app.example/other"),
		"local": withRedirects(oauthv1alpha1.AuthenticationPost, "http://127.0.0.1/cb"), "none": withRedirects(oauthv1alpha1.AuthenticationPost),
	}}
	const code = "grant_type=authorization_code&code=c&client_secret=s&client_id="
	for form, want := range map[string]string{
		code + "one": "https://app.example/cb", code + "one&scope=event:write": "https://app.example/cb",
		code + "one&redirect_uri=https://evil.example/": "https://evil.example/", code + "one&code_verifier=v": "",
		code + "public": "", code + "two": "", code + "local": "", code + "none": "", code + "unknown": "", "grant_type=authorization_code": "",
		"grant_type=refresh_token&client_id=one": "", "client_id=one": "",
	} {
		r, err := gancioToken(s, httptest.NewRecorder(), posted(form))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if err := httpx.ParseForm(httptest.NewRecorder(), r); err != nil || r.PostForm.Get("redirect_uri") != want || r.PostForm.Get("client_id") == "one" && r.PostForm.Get("scope") != "" {
			t.Errorf("%s becomes %v, %v", form, r.PostForm, err)
		}
	}
	for form, want := range map[string]string{
		code + "one&scope=openid": httpx.CodeInvalidScope, code + "one&scope=event:write+openid": httpx.CodeInvalidScope, code + "one&code=d": httpx.CodeInvalidRequest,
	} {
		if _, err := gancioToken(s, httptest.NewRecorder(), posted(form)); httpx.CodeOf(err) != want {
			t.Errorf("%s: %v", form, err)
		}
	}
}

// FuzzGancio registers whatever is sent: nothing but a client of Gancio, or a refusal that is
// the sender's fault.
func FuzzGancio(f *testing.F) {
	f.Add(true, `{"client_name":"App","redirect_uris":"https://app.example/","scopes":"event:write"}`)
	f.Add(false, "client_name=App&redirect_uris=https://app.example/")
	f.Add(true, `{"redirect_uris":{}}`)
	f.Fuzz(func(t *testing.T, isJSON bool, body string) {
		kind := "application/x-www-form-urlencoded"
		if isJSON {
			kind = "application/json"
		}
		m, err := gancioRead(kind, body)
		if refusal, ok := errors.AsType[*httpx.Error](err); err != nil && (!ok || refusal.Status >= http.StatusInternalServerError) {
			t.Errorf("refused with %v", err)
		}
		if err == nil && (m.System != oauthv1alpha1.CompatibilityGancio || len(m.RedirectURIs) != 1 || len(m.Scopes) != 1 || m.Method != registration.MethodPost) {
			t.Errorf("registers %+v", m)
		}
	})
}
