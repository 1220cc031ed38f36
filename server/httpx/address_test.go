package httpx

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	tests := map[string]struct {
		remote    string
		forwarded []string
		trusted   []netip.Prefix
		want      string
	}{
		"who connects":                            {"192.0.2.1:1234", nil, trusted, "192.0.2.1"},
		"a stranger's header is nothing":          {"192.0.2.1:1234", []string{"198.51.100.7"}, trusted, "192.0.2.1"},
		"without trust nobody's is":               {"10.0.0.1:1234", []string{"198.51.100.7"}, nil, "10.0.0.1"},
		"a proxy names the client":                {"10.0.0.1:1234", []string{"198.51.100.7"}, trusted, "198.51.100.7"},
		"what the client wrote does not count":    {"10.0.0.1:1234", []string{"203.0.113.9, 198.51.100.7"}, trusted, "198.51.100.7"},
		"two proxies":                             {"10.0.0.1:1234", []string{"203.0.113.9, 198.51.100.7, 10.1.1.1"}, trusted, "198.51.100.7"},
		"headers are one list":                    {"10.0.0.1:1234", []string{"203.0.113.9", "198.51.100.7"}, trusted, "198.51.100.7"},
		"a proxy that says nothing":               {"10.0.0.1:1234", nil, trusted, "10.0.0.1"},
		"a proxy that says nonsense":              {"10.0.0.1:1234", []string{"198.51.100.7, unknown"}, trusted, "10.0.0.1"},
		"only proxies":                            {"10.0.0.1:1234", []string{"10.0.0.3, 10.0.0.2"}, trusted, "10.0.0.3"},
		"IPv6":                                    {"[2001:db8::1]:1234", []string{"2001:db9::7"}, trusted, "2001:db9::7"},
		"IPv4 in IPv6":                            {"[::ffff:10.0.0.1]:1234", []string{"::ffff:198.51.100.7"}, trusted, "198.51.100.7"},
		"an address that is none, as in a socket": {"@", nil, trusted, "invalid IP"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.RemoteAddr, r.Header["X-Forwarded-For"] = test.remote, test.forwarded
			if got := Address(r, test.trusted).String(); got != test.want {
				t.Errorf("%q", got)
			}
		})
	}
}
