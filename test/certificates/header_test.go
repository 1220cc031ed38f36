package certificates

import (
	"encoding/base64"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/installation"
)

// newService creates a client that authenticates as the DNS name app.example.
func newService(t *testing.T, change ...func(*oauthv1alpha1.OAuthClient)) string {
	t.Helper()
	g := shared.Grantor(t)
	c := installation.Service(shared.Namespace(t), "service", append([]func(*oauthv1alpha1.OAuthClient){func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{
			Method: oauthv1alpha1.AuthenticationTLS, TLS: &oauthv1alpha1.ClientTLS{SANDNS: "app.example"},
		}
	}}, change...)...)
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	// The replicas that the operator knows have no address for it.
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonMethodNotOffered)
	return c.ClientID()
}

// form is one of the five usual ways to write a certificate into a header.
type form struct {
	flag, name string
	write      func(a *authority.Authority) string
	// proxies are the pieces of the guide that write it.
	proxies []proxy
}

var forms = map[string]form{
	"RFC 9440": {"Client-Cert=RFC9440", "Client-Cert", func(a *authority.Authority) string {
		return ":" + base64.StdEncoding.EncodeToString(a.Leaf.Raw) + ":"
	}, []proxy{haproxy}},
	"nginx, Apache": {"X-Client-Cert=PEM", "X-Client-Cert", func(a *authority.Authority) string { return url.PathEscape(string(a.PEM())) }, []proxy{nginx, apache}},
	"Traefik": {"X-Forwarded-Tls-Client-Cert=DER", "X-Forwarded-Tls-Client-Cert", func(a *authority.Authority) string {
		return base64.StdEncoding.EncodeToString(a.Leaf.Raw)
	}, nil},
	"HAProxy": {"X-Ssl-Client-Cert=DER", "X-Ssl-Client-Cert", func(a *authority.Authority) string {
		return base64.StdEncoding.EncodeToString(a.Leaf.Raw)
	}, []proxy{haproxyDER}},
	"Envoy": {"X-Forwarded-Client-Cert=XFCC", "X-Forwarded-Client-Cert", func(a *authority.Authority) string {
		var chain strings.Builder
		for _, der := range a.Certificate.Certificate {
			_ = pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: der})
		}
		return `By=spiffe://x;Hash=00;Cert="` + url.PathEscape(string(a.PEM())) + `";Chain="` + url.PathEscape(chain.String()) + `";Subject="CN=\"a,b\""`
	}, nil},
}

// A certificate in the header of a proxy counts as one in the handshake does. From other
// programs, and at the address of browsers, the header changes nothing.
func TestHeaders(t *testing.T) {
	t.Parallel()
	root, strange := authority.New(t), authority.New(t)
	id := newService(t)
	good, other := root.Issue(t, authority.ForDNS("app.example")), root.Issue(t, authority.ForDNS("other.example"))
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, root, form.flag)
			with := func(certificates ...*authority.Authority) http.Header {
				values := []string{}
				for _, a := range certificates {
					values = append(values, form.write(a))
				}
				return http.Header{form.name: values}
			}
			sender{header: with(good)}.granted(t, s.mtls, id)
			for what, test := range map[string]struct {
				from sender
				base string
				code string
			}{
				"nothing":                          {sender{}, s.mtls, "invalid_client"},
				"another certificate":              {sender{header: with(other)}, s.mtls, "invalid_client"},
				"one of a strange authority":       {sender{header: with(strange.Issue(t, authority.ForDNS("app.example")))}, s.mtls, "invalid_client"},
				"two headers":                      {sender{header: with(good, good)}, s.mtls, "invalid_request"},
				"another form":                     {sender{header: http.Header{form.name: {"x"}}}, s.mtls, "invalid_request"},
				"from another program":             {sender{header: with(good), from: "127.0.0.2"}, s.mtls, "invalid_client"},
				"two headers from another program": {sender{header: with(good, good), from: "127.0.0.2"}, s.mtls, "invalid_client"},
				"at the address of browsers":       {sender{header: with(good)}, s.url, "invalid_client"},
			} {
				if answer := test.from.token(t, test.base, id); answer.Code() != test.code {
					t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
				}
			}
			text := scrape(t, s)
			for _, line := range []string{`{outcome="ignored"} 3`, `{outcome="refused"} `} {
				if !strings.Contains(text, "grantor_client_certificate_headers_total"+line) {
					t.Errorf("there is no %s in the metrics", line)
				}
			}
			for _, proxy := range form.proxies {
				t.Run(proxy.name, func(t *testing.T) { behind(t, s, proxy, form.name, id, root, form.write(good)) })
			}
		})
	}
}

func scrape(t *testing.T, s site) string {
	t.Helper()
	response, err := http.Get(s.program.Options().MetricsURL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// behind tries what clients do behind a proxy that is set up as the guide says.
func behind(t *testing.T, s site, p proxy, header, id string, root *authority.Authority, forged string) {
	at, pool := p.start(t, s, root)
	good := root.Issue(t, authority.ForDNS("app.example"))
	claim := http.Header{header: {forged}}
	sender{pool: pool, with: good}.granted(t, at, id)
	sender{pool: pool, with: good, header: claim}.granted(t, at, id)
	for what, from := range map[string]sender{
		"no certificate":                 {},
		"a header of its own":            {header: claim},
		"a header and a certificate":     {header: claim, with: root.Issue(t, authority.ForDNS("other.example"))},
		"a certificate of no authority":  {with: (*authority.Authority)(nil).Issue(t, authority.ForDNS("app.example"))},
		"a certificate of another issue": {with: authority.New(t).Issue(t, authority.ForDNS("app.example"))},
	} {
		from.pool = pool
		if answer := from.token(t, at, id); answer.Code() != "invalid_client" {
			t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
		}
	}
}
