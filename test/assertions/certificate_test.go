package assertions

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
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
	"github.com/grantor-dev/grantor/test/installation"
)

// authority issues certificates; nil is none.
type authority struct{ tls.Certificate }

// issue returns a certificate as changed, and by default one of a client for a year.
func (a *authority) issue(t testing.TB, change func(*x509.Certificate)) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	change(template)
	parent, signer := template, any(key)
	var chain [][]byte
	if a != nil {
		parent, signer, chain = a.Leaf, a.PrivateKey, a.Certificate.Certificate
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, _ := x509.ParseCertificate(der)
	return &authority{tls.Certificate{Certificate: append([][]byte{der}, chain...), PrivateKey: key, Leaf: leaf}}
}

func asCA(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid, c.ExtKeyUsage, c.KeyUsage = true, true, nil, x509.KeyUsageCertSign
}

func forDNS(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = names }
}

// asking starts one more replica, which asks for certificates, and returns its URL and
// the authority of its own certificate.
func asking(t *testing.T, g *installation.Installation, args ...string) (string, *x509.CertPool) {
	t.Helper()
	ca, err := devenv.GenerateCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pool, err := ca.Pool()
	if err != nil {
		t.Fatal(err)
	}
	return g.StartReplica(t, devenv.ServerSettings{TLS: ca, Args: args}).Options().URL, pool
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	root, strange := (*authority)(nil).issue(t, asCA), (*authority)(nil).issue(t, asCA)
	file := filepath.Join(t.TempDir(), "clients.crt")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Leaf.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	at, pool := asking(t, g, "--client-ca-file", file)
	self := (*authority)(nil).issue(t, forDNS("self"))
	expired := (*authority)(nil).issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	thumbprint := func(a *authority) string { sum := sha256.Sum256(a.Leaf.Raw); return base64url(sum[:]) }
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
	own := create("own", oauthv1alpha1.AuthenticationSelfSignedTLS, oauthv1alpha1.ClientTLS{Thumbprints: []string{thumbprint(self), thumbprint(expired)}})
	secret := g.Create(t, installation.Service(namespace, "secret"))
	post := func(id, path string, with *authority, more url.Values) installation.Answer {
		t.Helper()
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
		if with != nil {
			transport.TLSClientConfig.Certificates = []tls.Certificate{with.Certificate}
		}
		defer transport.CloseIdleConnections()
		values := url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}, "client_id": {id}}
		maps.Copy(values, more)
		response, err := (&http.Client{Transport: transport}).PostForm(at+path, values)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer := installation.Answer{Status: response.StatusCode, Header: response.Header}
		_ = json.NewDecoder(response.Body).Decode(&answer.JSON)
		return answer
	}
	spiffe, _ := url.Parse("spiffe://example/app")
	below, _ := url.Parse("spiffe://example/app/x")
	good := root.issue(t, forDNS("other.example", "app.example"))
	intermediate := root.issue(t, asCA)
	for name, test := range map[string]struct {
		id   string
		with *authority
		ok   bool
	}{
		"a name that the authority vouches for": {dns, good, true},
		"through another authority":             {dns, intermediate.issue(t, forDNS("app.example")), true},
		"a URI":                                 {uri, root.issue(t, func(c *x509.Certificate) { c.URIs = []*url.URL{spiffe} }), true},
		"a thumbprint":                          {own, self, true},
		"no certificate":                        {dns, nil, false},
		"no certificate where a thumbprint is":  {own, nil, false},
		"another name":                          {dns, root.issue(t, forDNS("other.example")), false},
		"a wildcard":                            {dns, root.issue(t, forDNS("*.example")), false},
		"a name below":                          {dns, root.issue(t, forDNS("x.app.example")), false},
		"the name as common name":               {dns, root.issue(t, func(c *x509.Certificate) { c.Subject.CommonName = "app.example" }), false},
		"a URI below":                           {uri, root.issue(t, func(c *x509.Certificate) { c.URIs = []*url.URL{below} }), false},
		"the name by a strange authority":       {dns, strange.issue(t, forDNS("app.example")), false},
		"the name by nobody":                    {dns, (*authority)(nil).issue(t, forDNS("app.example")), false},
		"the name by one who is no authority":   {dns, good.issue(t, forDNS("app.example")), false},
		"the name, expired":                     {dns, root.issue(t, func(c *x509.Certificate) { forDNS("app.example")(c); c.NotAfter = time.Now().Add(-time.Minute) }), false},
		"the name, not yet":                     {dns, root.issue(t, func(c *x509.Certificate) { forDNS("app.example")(c); c.NotBefore = time.Now().Add(time.Hour) }), false},
		"the name, for servers only": {dns, root.issue(t, func(c *x509.Certificate) {
			forDNS("app.example")(c)
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), false},
		"the certificate of another client":      {uri, good, false},
		"a certificate with another thumbprint":  {own, good, false},
		"a thumbprint, expired":                  {own, expired, false},
		"a certificate of a client with secret":  {secret.ClientID(), good, false},
		"a certificate of a client of nobody":    {namespace + ".nobody", good, false},
		"a certificate of its own for the named": {dns, self, false},
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
		escaped := url.QueryEscape(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: good.Leaf.Raw})))
		for _, name := range []string{"X-Client-Cert", "Ssl-Client-Cert", "X-Forwarded-Client-Cert", "Client-Cert"} {
			request.Header.Set(name, escaped)
		}
		refused(t, installation.Do(t, request))
	})
	for n, listed := range map[int][]string{0: {"self_signed_tls_client_auth", "tls_client_auth"}, 1: {"self_signed_tls_client_auth"}, 2: nil} {
		to, trust := at, pool
		if n == 1 {
			to, trust = asking(t, g, "--client-certificates")
		}
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}}
		if n == 2 {
			to = g.Issuer
		}
		response, err := (&http.Client{Transport: transport}).Get(to + "/.well-known/openid-configuration")
		if err != nil {
			t.Fatal(err)
		}
		var document map[string]any
		_ = json.NewDecoder(response.Body).Decode(&document)
		_ = response.Body.Close()
		for _, endpoint := range []string{"token", "introspection", "revocation"} {
			methods, _ := document[endpoint+"_endpoint_auth_methods_supported"].([]any)
			for _, method := range []string{"tls_client_auth", "self_signed_tls_client_auth"} {
				if slices.Contains(methods, any(method)) != slices.Contains(listed, method) {
					t.Errorf("%d: %s lists %v", n, endpoint, methods)
				}
			}
		}
	}
}
