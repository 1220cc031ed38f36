package certificates

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/test/authority"
)

// road leads to the replica of a site, as a proxy would that deletes no header.
type road struct {
	site   site
	issuer string
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (r road) RoundTrip(request *http.Request) (*http.Response, error) {
	to := r.site.mtls
	if request.URL.Scheme+"://"+request.URL.Host == r.issuer {
		to = r.site.url
	}
	at, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	sent := request.Clone(request.Context())
	sent.URL.Scheme, sent.URL.Host = at.Scheme, at.Host
	return r.next.RoundTrip(sent)
}

// kubectl oauth check notices that a certificate in a forged header counts, at an address that
// the server trusts; from another one it does not count.
func TestForgedHeaderIsNoticed(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	s := newSite(t, authority.New(t), "Ssl-Client-Cert=PEM")
	for from, wanted := range map[string]string{"127.0.0.1": "a forged Ssl-Client-Cert of this machine counts", "127.0.0.2": ""} {
		dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		c := &check.Check{
			Issuer: g.Issuer, Now: time.Now, Say: func(line string) { t.Log(line) },
			HTTP: &http.Client{Transport: road{s, g.Issuer, &http.Transport{DialContext: dialer.DialContext}}},
		}
		if err := c.Reach(t.Context()); (err == nil) != (wanted == "") || err != nil && !strings.Contains(err.Error(), wanted) {
			t.Errorf("from %s: %v", from, err)
		}
	}
}
