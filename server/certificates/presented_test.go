package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// seen is an endpoint that remembers what it gets.
type seen struct {
	chain   []*x509.Certificate
	headers int
}

func (s *seen) ServeEndpoint(_ http.ResponseWriter, r *http.Request) error {
	s.chain, s.headers = Presented(r.Context()), len(r.Header["Client-Cert"])
	return nil
}

func TestPresented(t *testing.T) {
	der, _ := chainOf(t)
	inHeader, _ := x509.ParseCertificate(der[0])
	inConnection, _ := x509.ParseCertificate(der[1])
	connection := &tls.ConnectionState{PeerCertificates: []*x509.Certificate{inConnection}}
	value, byHeader := ":"+base64.StdEncoding.EncodeToString(der[0])+":", Header{"Client-Cert", RFC9440}
	for name, test := range map[string]struct {
		header  Header
		trusted []string
		from    string
		values  []string
		want    *x509.Certificate
		outcome Outcome
		refused bool
	}{
		"of the connection":                           {want: inConnection},
		"of the connection, whatever a header says":   {trusted: []string{"192.0.2.1/32"}, values: []string{value}, want: inConnection},
		"in the header of a proxy":                    {byHeader, []string{"192.0.2.0/24"}, "", []string{value}, inHeader, Used, false},
		"in the header of a proxy at a mapped IPv4":   {byHeader, []string{"192.0.2.0/24"}, "[::ffff:192.0.2.1]:1", []string{value}, inHeader, Used, false},
		"in the header of another program":            {byHeader, []string{"198.51.100.0/24"}, "", []string{value}, nil, Ignored, false},
		"in a header without trusted proxies":         {byHeader, nil, "", []string{value}, nil, Ignored, false},
		"in a header where all addresses are trusted": {byHeader, []string{"0.0.0.0/0", "::/0"}, "", []string{value}, nil, Ignored, false},
		"in a header through a socket":                {byHeader, []string{"192.0.2.0/24"}, "@", []string{value}, nil, Ignored, false},
		"in two headers of a proxy":                   {byHeader, []string{"192.0.2.0/24"}, "", []string{value, value}, nil, Refused, true},
		"in a header of a proxy that is none":         {byHeader, []string{"192.0.2.0/24"}, "", []string{"x"}, nil, Refused, true},
		"nothing from a proxy":                        {byHeader, []string{"192.0.2.0/24"}, "", nil, nil, "", false},
		"an empty header of a proxy":                  {byHeader, []string{"192.0.2.0/24"}, "", []string{""}, nil, Used, false},
	} {
		t.Run(name, func(t *testing.T) {
			var outcome Outcome
			source := &Source{Header: test.header, Count: func(o Outcome) { outcome = o }, Trusted: func() (out []netip.Prefix) {
				for _, network := range test.trusted {
					out = append(out, netip.MustParsePrefix(network))
				}
				return out
			}}
			r, got := httptest.NewRequest(http.MethodPost, "/token", http.NoBody), &seen{}
			r.TLS = connection
			if test.values != nil {
				r.Header["Client-Cert"] = test.values
			}
			if test.from != "" {
				r.RemoteAddr = test.from
			}
			err := source.With(got).ServeEndpoint(httptest.NewRecorder(), r)
			if (err != nil) != test.refused || outcome != test.outcome {
				t.Fatalf("%v, %q", err, outcome)
			}
			if (len(got.chain) > 0) != (test.want != nil) || test.want != nil && !got.chain[0].Equal(test.want) {
				t.Errorf("%v", got.chain)
			}
			if outcome == Ignored && got.headers != 0 {
				t.Error("the header is still there")
			}
		})
	}
	t.Run("at the listener for everyone", func(t *testing.T) {
		ignored, got := 0, &seen{}
		source := &Source{Header: byHeader, Count: func(Outcome) { ignored++ }, Trusted: func() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }}
		handler := source.Without(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = got.ServeEndpoint(w, r) }))
		for range 2 {
			r := httptest.NewRequest(http.MethodPost, "/token", http.NoBody)
			r.TLS, r.Header["Client-Cert"] = connection, []string{value}
			handler.ServeHTTP(httptest.NewRecorder(), r)
		}
		if ignored != 2 || got.headers != 0 || got.chain != nil {
			t.Errorf("%d are ignored, it has %d and %v", ignored, got.headers, got.chain)
		}
	})
}
