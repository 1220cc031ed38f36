package oidc

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// fakeProvider is an OpenID provider that answers what a test says.
type fakeProvider struct {
	*httptest.Server

	// answers are bodies by path, status what comes with them.
	answers map[string]any
	status  map[string]int
	// asked counts requests by path.
	asked map[string]int
}

func newProvider(t *testing.T) *fakeProvider {
	t.Helper()
	p := &fakeProvider{answers: map[string]any{}, status: map[string]int{}, asked: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked[r.URL.Path]++
		w.Header().Set("Content-Type", "application/json")
		if status := p.status[r.URL.Path]; status != 0 {
			w.WriteHeader(status)
		}
		_ = json.NewEncoder(w).Encode(p.answers[r.URL.Path])
	}))
	t.Cleanup(p.Close)
	p.answers[wellKnown] = map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"end_session_endpoint": p.URL + "/signout", "id_token_signing_alg_values_supported": []string{"ES256"},
	}
	return p
}

func (p *fakeProvider) connector(now func() time.Time) *Connector {
	spec := &oauthv1alpha1.OAuthIdentityProviderSpec{OIDC: &oauthv1alpha1.OIDCProvider{Issuer: oauthv1alpha1.WebURI(p.URL), ClientID: "grantor"}}
	return New(Options{Spec: spec, Secret: "secret", HTTP: p.Client(), Now: now})
}

// TestRefusedCodes: what is wrong with the code, and what with this server or the provider.
func TestRefusedCodes(t *testing.T) {
	for sentence, test := range map[string]struct {
		status int
		code   string
		isCode bool
	}{
		"a code that is none": {400, "invalid_grant", true},
		"a wrong secret":      {401, "invalid_client", false},
		"a provider's error":  {500, "server_error", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := newProvider(t)
			p.answers["/token"], p.status["/token"] = map[string]any{"error": test.code}, test.status
			if _, err := p.connector(time.Now).Redeem(t.Context(), "x", upstream.Request{}); err == nil || errors.Is(err, upstream.ErrCode) != test.isCode {
				t.Error(err)
			}
		})
	}
}

// TestWhoIsAway: the provider for everyone, or only something that is wrong with one user.
func TestWhoIsAway(t *testing.T) {
	for sentence, test := range map[string]struct {
		path   string
		status int
		answer any
		away   bool
	}{
		"no metadata":               {wellKnown, 404, nil, true},
		"an error of the provider":  {"/token", 503, nil, true},
		"asked too often":           {"/token", 429, nil, true},
		"a wrong secret":            {"/token", 401, map[string]any{"error": "invalid_client"}, false},
		"an ID token of no meaning": {"/token", 200, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": "x.y.z"}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := newProvider(t)
			p.status[test.path], p.answers[test.path] = test.status, cmp.Or(test.answer, p.answers[test.path])
			_, err := p.connector(time.Now).Again(t.Context(), upstream.Account{ID: "7", RefreshToken: "r"})
			if err == nil || errors.Is(err, upstream.ErrGone) || errors.Is(err, upstream.ErrAway) != test.away {
				t.Error(err)
			}
		})
	}
	p := newProvider(t)
	c := p.connector(time.Now)
	p.Close()
	if _, err := c.Again(t.Context(), upstream.Account{ID: "7", RefreshToken: "r"}); !errors.Is(err, upstream.ErrAway) {
		t.Errorf("nobody is there: %v", err)
	}
}

// TestLogoutURL: also a replica at which nobody has signed in knows it.
func TestLogoutURL(t *testing.T) {
	p := newProvider(t)
	c := p.connector(time.Now)
	if to := c.LogoutURL(t.Context(), "the-token"); to != p.URL+"/signout?client_id=grantor&id_token_hint=the-token" {
		t.Errorf("users are sent to %q", to)
	}
	if to := c.LogoutURL(t.Context(), ""); to != p.URL+"/signout?client_id=grantor" {
		t.Errorf("users without a hint are sent to %q", to)
	}
	p.Close()
	if to := p.connector(time.Now).LogoutURL(t.Context(), ""); to != "" {
		t.Errorf("users of nobody are sent to %q", to)
	}
}

// TestAFreshSignIn is one of which the provider says when it was.
func TestAFreshSignIn(t *testing.T) {
	began := time.Unix(1_800_000_000, 0)
	for sentence, test := range map[string]struct {
		at    any
		stale bool
	}{
		"after the user left":  {1_800_000_010.0, false},
		"long before":          {1_700_000_000.0, true},
		"the provider is mute": {nil, true},
		"a text":               {"1800000010", true},
		"before 1970":          {-1.0, true},
		"nonsense":             {1e300, true},
	} {
		claims := map[string]any{"auth_time": test.at}
		if err := fresh(claims, upstream.Request{Login: true, Began: began}); errors.Is(err, upstream.ErrStale) != test.stale {
			t.Errorf("%s: %v", sentence, err)
		}
		if err := fresh(claims, upstream.Request{Began: began}); err != nil {
			t.Errorf("%s, and nobody demands it: %v", sentence, err)
		}
	}
}
