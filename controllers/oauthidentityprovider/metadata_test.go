package oauthidentityprovider

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
)

func TestMetadata(t *testing.T) {
	const issuer = "https://id.example"
	good := `{"issuer":"https://id.example","authorization_endpoint":"https://id.example/a","token_endpoint":"https://id.example/t","jwks_uri":"https://id.example/k"}`
	for name, test := range map[string]struct{ body, reason string }{
		"usable":              {good, ""},
		"with more":           {strings.Replace(good, "{", `{"scopes_supported":["openid"],`, 1), ""},
		"empty":               {"", "ProviderNotUsable"},
		"a list":              {"[]", "ProviderNotUsable"},
		"broken":              {good[:len(good)-1], "ProviderNotUsable"},
		"another issuer":      {strings.Replace(good, `"https://id.example"`, `"https://id.example/"`, 1), "ProviderNotUsable"},
		"a number for issuer": {strings.Replace(good, `"https://id.example"`, `1`, 1), "ProviderNotUsable"},
		"no token endpoint":   {strings.Replace(good, "token_endpoint", "other", 1), "ProviderNotUsable"},
		"no keys":             {strings.Replace(good, "jwks_uri", "other", 1), "ProviderNotUsable"},
		"http":                {strings.Replace(good, "https://id.example/t", "http://id.example/t", 1), "ProviderNotUsable"},
		"no URI":              {strings.Replace(good, "https://id.example/a", "secret-of-somebody", 1), "ProviderNotUsable"},
	} {
		wrong := judge(issuer, []byte(test.body))
		switch {
		case (wrong == nil) != (test.reason == ""), wrong != nil && wrong.reason != test.reason:
			t.Errorf("%s: %v", name, wrong)
		case wrong != nil && (strings.Contains(wrong.message, "secret-of-somebody") || !strings.HasSuffix(wrong.message, ".")):
			t.Errorf("%s: %q", name, wrong.message)
		}
	}
}

func TestAsking(t *testing.T) {
	answer := http.StatusOK
	body := "{}"
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/realm/.well-known/openid-configuration" {
			t.Errorf("it asks for %s", r.URL.Path)
		}
		w.WriteHeader(answer)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(site.Close)
	through := func(networks ...netip.Prefix) *http.Client {
		return outbound.New(outbound.Options{Networks: func() []netip.Prefix { return networks }, Timeout: time.Second, MaxBody: maxMetadata})
	}
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	for name, test := range map[string]struct {
		status  int
		body    string
		through *http.Client
		reason  string
	}{
		"an address that is not public": {http.StatusOK, "{}", through(), "AddressNotAllowed"},
		"not found":                     {http.StatusNotFound, "", through(loopback), "ProviderUnavailable"},
		"a redirect":                    {http.StatusFound, "", through(loopback), "ProviderUnavailable"},
		"too long":                      {http.StatusOK, strings.Repeat(" ", maxMetadata+1), through(loopback), "ProviderNotUsable"},
		"another's":                     {http.StatusOK, "{}", through(loopback), "ProviderNotUsable"},
	} {
		answer, body = test.status, test.body
		for _, issuer := range []string{site.URL + "/realm", site.URL + "/realm/"} {
			if wrong := ask(t.Context(), test.through, issuer); wrong == nil || wrong.reason != test.reason {
				t.Errorf("%s: %v", name, wrong)
			}
		}
	}
	site.Close()
	if wrong := ask(t.Context(), through(loopback), site.URL+"/realm"); wrong == nil || wrong.reason != "ProviderUnavailable" {
		t.Errorf("nobody answers: %v", wrong)
	}
}
