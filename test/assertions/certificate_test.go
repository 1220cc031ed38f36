package assertions

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/installation"
)

// site is a replica with an address for clients with certificates.
type site struct {
	url, mtls string
	// pool has the authority of its own certificate.
	pool *x509.CertPool
}

// asking starts one more replica, which asks for certificates at an address of its own.
func asking(t *testing.T, g *installation.Installation, args ...string) site {
	t.Helper()
	address := devenv.Loopback(installation.FreePort(t))
	ca, err := devenv.GenerateCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pool, err := ca.Pool()
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"--mtls-listen-address", address, "--mtls-host", address}, args...)
	return site{g.StartReplica(t, devenv.ServerSettings{TLS: ca, Args: args}).Options().URL, "https://" + address, pool}
}

// client returns a client of the site, with a certificate unless it is nil.
func (s site) client(t *testing.T, with *authority.Authority) *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.pool}, ForceAttemptHTTP2: true}
	if with != nil {
		transport.TLSClientConfig.Certificates = []tls.Certificate{with.Certificate}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// document returns what discovery says.
func (s site) document(t *testing.T) map[string]any {
	t.Helper()
	response, err := s.client(t, nil).Get(s.url + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var document map[string]any
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	return document
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	root, strange := authority.New(t), authority.New(t)
	file := filepath.Join(t.TempDir(), "clients.crt")
	if err := os.WriteFile(file, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	at := asking(t, g, "--client-ca-file", file)
	self := (*authority.Authority)(nil).Issue(t, authority.ForDNS("self"))
	expired := (*authority.Authority)(nil).Issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	create := func(name string, method oauthv1alpha1.AuthenticationMethod, how oauthv1alpha1.ClientTLS) string {
		t.Helper()
		c := installation.Service(namespace, name, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{Method: method, TLS: &how}
		})
		if err := g.Admin.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		// The other replicas ask for no certificates, so that it never becomes ready.
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonMethodNotOffered)
		return c.ClientID()
	}
	dns := create("dns", oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.ClientTLS{SANDNS: "app.example"})
	uri := create("uri", oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.ClientTLS{SANURI: "spiffe://example/app"})
	subject := create("subject", oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.ClientTLS{SubjectDN: "cn=APP,O=Team  A,C=GB"})
	ip := create("ip", oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.ClientTLS{SANIP: "2001:0db8::0007"})
	mail := create("mail", oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.ClientTLS{SANEmail: "app@example.com"})
	own := create("own", oauthv1alpha1.AuthenticationSelfSignedTLS, oauthv1alpha1.ClientTLS{Thumbprints: []string{self.Thumbprint(), expired.Thumbprint()}})
	secret := g.Create(t, installation.Service(namespace, "secret"))
	postTo := func(base, id, path string, with *authority.Authority, more url.Values) installation.Answer {
		t.Helper()
		values := url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}, "client_id": {id}}
		maps.Copy(values, more)
		response, err := at.client(t, with).PostForm(base+path, values)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer := installation.Answer{Status: response.StatusCode, Header: response.Header}
		_ = json.NewDecoder(response.Body).Decode(&answer.JSON)
		return answer
	}
	post := func(id, path string, with *authority.Authority, more url.Values) installation.Answer {
		t.Helper()
		return postTo(at.mtls, id, path, with, more)
	}
	named := func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "app", Organization: []string{"Team a"}, Country: []string{"GB"}}
	}
	spiffe, _ := url.Parse("spiffe://example/app")
	below, _ := url.Parse("spiffe://example/app/x")
	good := root.Issue(t, authority.ForDNS("other.example", "app.example"))
	intermediate := root.Issue(t, authority.AsCA)
	for name, test := range map[string]struct {
		id   string
		with *authority.Authority
		ok   bool
	}{
		"a name that the authority vouches for": {dns, good, true},
		"through another authority":             {dns, intermediate.Issue(t, authority.ForDNS("app.example")), true},
		"a URI":                                 {uri, root.Issue(t, func(c *x509.Certificate) { c.URIs = []*url.URL{spiffe} }), true},
		"a thumbprint":                          {own, self, true},
		"no certificate":                        {dns, nil, false},
		"no certificate where a thumbprint is":  {own, nil, false},
		"another name":                          {dns, root.Issue(t, authority.ForDNS("other.example")), false},
		"a wildcard":                            {dns, root.Issue(t, authority.ForDNS("*.example")), false},
		"a name below":                          {dns, root.Issue(t, authority.ForDNS("x.app.example")), false},
		"the name as common name":               {dns, root.Issue(t, func(c *x509.Certificate) { c.Subject.CommonName = "app.example" }), false},
		"a URI below":                           {uri, root.Issue(t, func(c *x509.Certificate) { c.URIs = []*url.URL{below} }), false},
		"the name by a strange authority":       {dns, strange.Issue(t, authority.ForDNS("app.example")), false},
		"the name by nobody":                    {dns, (*authority.Authority)(nil).Issue(t, authority.ForDNS("app.example")), false},
		"the name by one who is no authority":   {dns, good.Issue(t, authority.ForDNS("app.example")), false},
		"the name, expired": {dns, root.Issue(t, func(c *x509.Certificate) {
			authority.ForDNS("app.example")(c)
			c.NotAfter = time.Now().Add(-time.Minute)
		}), false},
		"the name, not yet": {dns, root.Issue(t, func(c *x509.Certificate) { authority.ForDNS("app.example")(c); c.NotBefore = time.Now().Add(time.Hour) }), false},
		"the name, for servers only": {dns, root.Issue(t, func(c *x509.Certificate) {
			authority.ForDNS("app.example")(c)
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), false},
		"the certificate of another client":      {uri, good, false},
		"a certificate with another thumbprint":  {own, good, false},
		"a thumbprint, expired":                  {own, expired, false},
		"a certificate of a client with secret":  {secret.ClientID(), good, false},
		"a certificate of a client of nobody":    {namespace + ".nobody", good, false},
		"a certificate of its own for the named": {dns, self, false},
		"a subject":                              {subject, root.Issue(t, named), true},
		"a subject in another order": {subject, root.Issue(t, func(c *x509.Certificate) {
			c.Subject = pkix.Name{CommonName: "app", Organization: []string{"Team a"}, Country: []string{"GB"}, Province: []string{"x"}}
		}), false},
		"a subject by a strange authority":  {subject, strange.Issue(t, named), false},
		"an address":                        {ip, root.Issue(t, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.ParseIP("2001:db8::7")} }), true},
		"another address":                   {ip, root.Issue(t, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.ParseIP("2001:db8::8")} }), false},
		"an e-mail address":                 {mail, root.Issue(t, func(c *x509.Certificate) { c.EmailAddresses = []string{"app@EXAMPLE.com"} }), true},
		"an e-mail address in another case": {mail, root.Issue(t, func(c *x509.Certificate) { c.EmailAddresses = []string{"App@example.com"} }), false},
	} {
		t.Run(name, func(t *testing.T) {
			for path, more := range map[string]url.Values{"/token": nil, "/introspect": {"token": {"x"}}, "/revoke": {"token": {"x"}}} {
				answer := post(test.id, path, test.with, more)
				if (answer.Status == http.StatusOK) != test.ok || !test.ok && answer.Code() != "invalid_client" {
					t.Errorf("%s answers %d %v", path, answer.Status, answer.JSON)
				}
			}
		})
	}
	t.Run("a secret, too", func(t *testing.T) {
		if answer := post(dns, "/token", good, url.Values{"client_secret": {"x"}}); answer.Code() != "invalid_client" {
			t.Errorf("answers %d %v", answer.Status, answer.JSON)
		}
	})
	t.Run("a header instead of a connection", func(t *testing.T) {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, g.Issuer+"/token", strings.NewReader("grant_type=client_credentials&client_id="+dns))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		escaped := url.QueryEscape(string(good.PEM()))
		for _, name := range []string{"X-Client-Cert", "Ssl-Client-Cert", "X-Forwarded-Client-Cert", "Client-Cert"} {
			request.Header.Set(name, escaped)
		}
		refused(t, installation.Do(t, request))
	})
	t.Run("at the address of browsers", func(t *testing.T) {
		if answer := postTo(at.url, dns, "/token", good, nil); answer.Code() != "invalid_client" {
			t.Errorf("answers %d %v", answer.Status, answer.JSON)
		}
		for address, asks := range map[string]bool{at.url: false, at.mtls: true} {
			asked := false
			connection, err := tls.Dial("tcp", strings.TrimPrefix(address, "https://"), &tls.Config{
				RootCAs: at.pool, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					asked = true
					return &good.Certificate, nil
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			_ = connection.Close()
			if asked != asks {
				t.Errorf("%s asks for a certificate: %t", address, asked)
			}
		}
	})
	for listed, document := range map[string]map[string]any{
		"self_signed_tls_client_auth tls_client_auth": at.document(t),
		"self_signed_tls_client_auth":                 asking(t, g).document(t),
		"":                                            site{url: g.Issuer}.document(t),
	} {
		for _, endpoint := range []string{"token", "introspection", "revocation"} {
			methods, _ := document[endpoint+"_endpoint_auth_methods_supported"].([]any)
			for _, method := range []string{"tls_client_auth", "self_signed_tls_client_auth"} {
				if slices.Contains(methods, any(method)) != slices.Contains(strings.Fields(listed), method) {
					t.Errorf("%q: %s lists %v", listed, endpoint, methods)
				}
			}
		}
	}
	// What discovery lists is exactly what answers there.
	aliases, _ := at.document(t)["mtls_endpoint_aliases"].(map[string]any)
	for name, path := range map[string]string{
		"token": "token", "revocation": "revoke", "introspection": "introspect", "userinfo": "userinfo",
		"pushed_authorization_request": "par", "device_authorization": "device_authorization",
	} {
		if aliases[name+"_endpoint"] != at.mtls+"/"+path {
			t.Errorf("the aliases are %v", aliases)
		}
	}
	if _, listed := (site{url: g.Issuer}).document(t)["mtls_endpoint_aliases"]; listed || len(aliases) != 6 {
		t.Errorf("there are %d aliases: %v; without certificates: %t", len(aliases), aliases, listed)
	}
}
