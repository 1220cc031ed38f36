package oidc

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// published is a provider that publishes some metadata.
type published struct {
	*Connector
	url      string
	requests atomic.Int64
	status   atomic.Int64
	now      time.Time
}

func publish(t *testing.T, change func(document map[string]any)) *published {
	t.Helper()
	p := &published{now: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	p.status.Store(http.StatusOK)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.requests.Add(1)
		document := map[string]any{
			"issuer": p.url, "authorization_endpoint": p.url + "/authorize?tenant=a", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
			"end_session_endpoint": p.url + "/signout", "scopes_supported": []string{"openid", "offline_access"},
		}
		if change != nil {
			change(document)
		}
		w.WriteHeader(int(p.status.Load()))
		_ = json.NewEncoder(w).Encode(document)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	spec := &oauthv1alpha1.OAuthIdentityProviderSpec{OIDC: &oauthv1alpha1.OIDCProvider{
		Issuer: oauthv1alpha1.WebURI(server.URL), ClientID: "grantor", Parameters: map[string]oauthv1alpha1.TokenParameter{"hd": "example.com", "prompt": "consent"},
	}}
	p.Connector = New(Options{Spec: spec, HTTP: server.Client(), Now: func() time.Time { return p.now }})
	return p
}

func TestMetadataThatCannotBeUsed(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"of another issuer":           func(d map[string]any) { d["issuer"] = "https://login.example.com" },
		"of an issuer with a slash":   func(d map[string]any) { d["issuer"] = d["issuer"].(string) + "/" },
		"without a token endpoint":    func(d map[string]any) { delete(d, "token_endpoint") },
		"with keys at a http URL":     func(d map[string]any) { d["jwks_uri"] = "http://127.0.0.1/keys" },
		"with a user in a URL":        func(d map[string]any) { d["authorization_endpoint"] = "https://a:b@login.example.com/" },
		"with a URL that is a script": func(d map[string]any) { d["authorization_endpoint"] = "javascript:alert(1)" },
		"that are no object":          func(d map[string]any) { d["issuer"] = 7 },
	} {
		t.Run(name, func(t *testing.T) {
			p := publish(t, change)
			if to, err := p.AuthorizationURL(t.Context(), upstream.Request{}); err == nil {
				t.Errorf("it leads to %s", to)
			}
		})
	}
}

func TestAlgorithmsThatCount(t *testing.T) {
	for name, test := range map[string]struct{ listed, want []string }{
		"none listed":       {nil, []string{"RS256"}},
		"no asymmetric one": {[]string{"HS256", "none"}, []string{"RS256"}},
		"some":              {[]string{"none", "ES256", "HS512", "PS384"}, []string{"ES256", "PS384"}},
	} {
		p := publish(t, func(d map[string]any) { d["id_token_signing_alg_values_supported"] = test.listed })
		if m, err := p.discover(t.Context()); err != nil || !slices.Equal(m.Algorithms, test.want) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// TestMetadataAreKept: they are read once an hour, and count for a day if they cannot be read.
func TestMetadataAreKept(t *testing.T) {
	p := publish(t, nil)
	p.status.Store(http.StatusServiceUnavailable)
	for range 3 {
		if _, err := p.discover(t.Context()); err == nil {
			t.Fatal("there are metadata")
		}
	}
	if n := p.requests.Load(); n != 1 {
		t.Errorf("%d requests while it is away", n)
	}
	p.status.Store(http.StatusOK)
	for _, step := range []struct {
		after    time.Duration
		status   int64
		requests int64
		known    bool
	}{
		{metadataPause, http.StatusOK, 2, true},
		{59 * time.Minute, http.StatusOK, 2, true},
		{time.Minute, http.StatusServiceUnavailable, 3, true},
		{time.Second, http.StatusServiceUnavailable, 3, true},
		{22 * time.Hour, http.StatusServiceUnavailable, 4, true},
		{2 * time.Hour, http.StatusServiceUnavailable, 5, false},
	} {
		p.now = p.now.Add(step.after)
		p.status.Store(step.status)
		m, err := p.discover(t.Context())
		if (err == nil && m != nil) != step.known || p.requests.Load() != step.requests {
			t.Errorf("after %s: %v, %d requests, not %d", step.after, err, p.requests.Load(), step.requests)
		}
	}
}

func TestAuthorizationURL(t *testing.T) {
	p := publish(t, nil)
	to, err := p.AuthorizationURL(t.Context(), upstream.Request{
		RedirectURI: "https://auth.example.com/login/callback/corp", State: "s", Nonce: "n", Verifier: "v", Login: true, LoginHint: "ada@example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(to)
	want := map[string]string{
		"tenant": "a", "hd": "example.com", "response_type": "code", "client_id": "grantor", "redirect_uri": "https://auth.example.com/login/callback/corp",
		"scope": "openid profile email offline_access", "state": "s", "nonce": "n", "code_challenge_method": "S256",
		"prompt": "login", "max_age": "0", "login_hint": "ada@example.com",
	}
	query := u.Query()
	if len(query.Get("code_challenge")) != 43 {
		t.Errorf("code_challenge is %q", query.Get("code_challenge"))
	}
	for name, value := range want {
		if query.Get(name) != value {
			t.Errorf("%s is %q, not %q", name, query.Get(name), value)
		}
	}
	if len(query) != len(want)+1 {
		t.Errorf("the request is %v", query)
	}
}

func TestIssuersOfAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		says    bool
		issuer  string
		mixedUp bool
	}{
		"none":                        {false, "", false},
		"the right one":               {false, "own", false},
		"another one":                 {false, "https://login.example.com", true},
		"none, though it is promised": {true, "", true},
		"the promised one":            {true, "own", false},
	} {
		p := publish(t, func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = test.says })
		if test.issuer == "own" {
			test.issuer = p.url
		}
		if err := p.CheckIssuer(t.Context(), test.issuer); errors.Is(err, upstream.ErrMixedUp) != test.mixedUp || err != nil && !test.mixedUp {
			t.Errorf("%s: %v", name, err)
		}
	}
}
