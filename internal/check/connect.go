package check

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// requestBound is how long one request may take.
const requestBound = 10 * time.Second

// Client returns a client that asks the issuer at another address, unless that is empty,
// as if its name led there: with its host, and for its certificate. More authorities may
// have signed that than the machine's.
func Client(issuer, connectTo string, authorities *x509.CertPool) (*http.Client, error) {
	named, err := url.Parse(issuer)
	if err != nil || named.Host == "" {
		return nil, fmt.Errorf("the issuer %q is no URL", issuer)
	}
	transport := &http.Transport{
		Proxy:           http.ProxyFromEnvironment,
		TLSClientConfig: &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
	}
	client := &http.Client{
		Transport: transport,
		Timeout:   requestBound,
		// Nothing that is asked here redirects.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if connectTo == "" {
		return client, nil
	}
	at, err := url.Parse(connectTo)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || at.Path != "" && at.Path != "/" {
		return nil, errors.New("the address to connect to is not http://host:port or https://host:port")
	}
	transport.Proxy = nil
	transport.TLSClientConfig.ServerName = named.Hostname()
	client.Transport = detour{named: named, at: at, next: transport}
	return client, nil
}

// detour sends what is for one host to another.
type detour struct {
	named, at *url.URL
	next      http.RoundTripper
}

var _ http.RoundTripper = detour{}

// RoundTrip implements http.RoundTripper.
func (d detour) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != d.named.Scheme || request.URL.Host != d.named.Host {
		return nil, fmt.Errorf("%s is not below the issuer", request.URL.Host)
	}
	sent := request.Clone(request.Context())
	sent.URL.Scheme, sent.URL.Host, sent.Host = d.at.Scheme, d.at.Host, d.named.Host
	return d.next.RoundTrip(sent)
}
