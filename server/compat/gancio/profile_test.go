package gancio

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
)

// known are clients by their IDs.
type known map[string]*clients.Client

// Client implements compat.Clients.
func (k known) Client(id string) (*clients.Client, error) { return k[id], nil }

func withRedirects(method oauthv1alpha1.AuthenticationMethod, uris ...string) *clients.Client {
	return clients.New(clientspec.Client{Method: method, Interactive: clientspec.Interactive{RedirectURIs: uris}})
}

func posted(form string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// Only a client with a secret and one address that no port can change may leave redirect_uri out.
func TestTokenRequests(t *testing.T) {
	s := &compat.Server{Clients: known{
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
		r, err := token(s, httptest.NewRecorder(), posted(form))
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
		if _, err := token(s, httptest.NewRecorder(), posted(form)); httpx.CodeOf(err) != want {
			t.Errorf("%s: %v", form, err)
		}
	}
}
