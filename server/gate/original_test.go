package gate

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// Nothing but a proxy in the cluster is answered.
func TestFromCluster(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/48"), netip.MustParsePrefix("0.0.0.0/0")}
	for name, test := range map[string]struct {
		issuer, host, from string
		answered           bool
	}{
		"a pod":                             {"https://auth.example.com", "main-oauth.auth.svc", "10.1.2.3:1", true},
		"a pod that asks for a site":        {"https://auth.example.com", "tickets.example.com", "10.1.2.3:1", true},
		"a pod, by IPv6":                    {"https://auth.example.com", "main-oauth", "[fd00::1]:1", true},
		"a pod with an address of carriers": {"https://auth.example.com", "main-oauth", "100.64.1.2:1", true},
		"a container beside it":             {"https://auth.example.com", "localhost:8080", "127.0.0.1:1", true},
		"a mapped address":                  {"https://auth.example.com", "main-oauth", "[::ffff:10.1.2.3]:1", true},
		"a trusted proxy":                   {"https://auth.example.com", "main-oauth", "[2001:db8:1::1]:1", true},
		"a public address":                  {"https://auth.example.com", "main-oauth", "203.0.113.1:1", false},
		"a public address, by IPv6":         {"https://auth.example.com", "main-oauth", "[2001:db8:2::1]:1", false},
		"the public host":                   {"https://auth.example.com", "auth.example.com", "10.1.2.3:1", false},
		"the public host, spelled freely":   {"https://auth.example.com:8443/x", "AUTH.example.com.:443", "10.1.2.3:1", false},
		"the host for certificates":         {"https://auth.example.com", "mtls.example.com", "10.1.2.3:1", false},
		"a public address as host":          {"https://203.0.113.1", "203.0.113.1", "10.1.2.3:1", false},
		"an issuer in the cluster":          {"http://main-oauth.auth.svc", "main-oauth.auth.svc", "10.1.2.3:1", true},
		"the same, with its whole name":     {"http://main-oauth.auth.svc.cluster.local", "main-oauth.auth.svc.cluster.local:80", "10.1.2.3:1", true},
		"an issuer with a name like that":   {"https://auth.svc.example.com", "auth.svc.example.com", "10.1.2.3:1", false},
		"another like that":                 {"https://auth.svc.cluster.local.example.com", "auth.svc.cluster.local.example.com", "10.1.2.3:1", false},
		"an issuer of this machine":         {"http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:1", true},
		"no address":                        {"https://auth.example.com", "main-oauth", "@", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/gate/a/b", http.NoBody)
			r.Host, r.RemoteAddr = test.host, test.from
			if fromCluster(r, trusted, test.issuer, "https://mtls.example.com:8444") != test.answered {
				t.Errorf("answered: %t", !test.answered)
			}
		})
	}
}

// A proxy that says with other headers what the request was must not say something else.
func TestContradicted(t *testing.T) {
	for name, test := range map[string]struct {
		header  http.Header
		refused bool
	}{
		"nothing":         {nil, false},
		"the same":        {http.Header{"X-Original-Method": {"POST"}, "X-Original-Url": {"http://a.example/b?c"}}, false},
		"another method":  {http.Header{"X-Original-Method": {"GET"}}, true},
		"another path":    {http.Header{"X-Original-Url": {"https://a.example/c"}}, true},
		"another host":    {http.Header{"X-Original-Url": {"https://b.example/b?c"}}, true},
		"another, second": {http.Header{"X-Original-Url": {"https://a.example/b?c", "https://a.example/d"}}, true},
		"no URL":          {http.Header{"X-Original-Url": {"/b?c"}}, true},
	} {
		if contradicted(test.header, "POST", "a.example/b?c") != test.refused {
			t.Error(name)
		}
	}
}
