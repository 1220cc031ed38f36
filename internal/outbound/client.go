package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Options are what differs between clients.
type Options struct {
	// Networks returns those that may be called in any case. Required.
	Networks func() []netip.Prefix
	// Service allows addresses that are not public, since those whom the client calls are
	// Services, and refuses names that are aliases of others.
	Service bool
	// Timeout bounds a call, from the name's resolution to the end of the answer. Required.
	Timeout time.Duration
	// MaxBody is how many bytes of an answer's body can be read; reading more fails with
	// *http.MaxBytesError.
	MaxBody int64
	// Roots are the authorities that are trusted; nil is the system's.
	Roots *x509.CertPool
}

// New returns a client that calls only those whom options allow: all others fail with
// ErrAddress.
func New(options Options) *http.Client {
	dialer := net.Dialer{Timeout: options.Timeout, Control: guard{options.Networks, options.Service}.control}
	dial := rooted(dialer.DialContext)
	if options.Service {
		dial = dialService(dialer, (&net.Dialer{}).DialContext)
	}
	return &http.Client{
		Timeout:       options.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: bounded{max: options.MaxBody, next: &http.Transport{
			DialContext:            dial,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: options.Roots},
			TLSHandshakeTimeout:    options.Timeout,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 16 << 10,
		}},
	}
}

// bounded bounds the bodies of answers.
type bounded struct {
	max  int64
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, b.max)
	return response, nil
}
