package deployment

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestADeployedServerGetsItsSecrets: with authorities of clients' certificates, those of
// the sites that it calls, and another API server for sessions, all of it works in the
// server that is deployed; and nothing is deployed before the Secrets can be used.
func TestADeployedServerGetsItsSecrets(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth", func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Scopes = []oauthv1alpha1.ScopeDefinition{{Name: "read"}}
	}))
	before := deploymentOf(t, g, server)
	site := newSite(t)
	authority, certificate := clientCertificate(t, "app.example")
	proxy, kubeconfig := throughAProxy(t, g, namespace)
	own, err := devenv.GenerateCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}

	reference := func(name string) *oauthv1alpha1.ServerSecretReference {
		return &oauthv1alpha1.ServerSecretReference{Name: name}
	}
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.TLS = &oauthv1alpha1.ServerTLS{SecretName: "auth-tls"}
		s.Spec.ClientCertificates = &oauthv1alpha1.ServerClientCertificates{Host: "mtls.example", CARef: reference("clients-ca")}
		s.Spec.Outbound = oauthv1alpha1.ServerOutbound{Networks: []oauthv1alpha1.Network{"127.0.0.1"}, CARef: reference("company-ca")}
		s.Spec.Sessions.KubeconfigRef = reference("sessions")
	})
	server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonSecretNotUsable)
	stalled := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionStalled)
	if stalled == nil || stalled.Message != `Secret "clients-ca", which spec.clientCertificates.caRef names, does not exist.` {
		t.Errorf("Stalled is %+v", stalled)
	}
	if now := deploymentOf(t, g, server); now.Generation != before.Generation {
		t.Errorf("the Deployment was changed: %v", now.Spec.Template.Spec)
	}
	for name, data := range map[string]map[string][]byte{
		"auth-tls":   {"tls.crt": content(t, own.CertFile), "tls.key": content(t, own.KeyFile)},
		"clients-ca": {"ca.crt": authority, "ca.key": []byte("not for the pod")},
		"company-ca": {"ca.crt": site.authority},
		"sessions":   {"kubeconfig": kubeconfig},
	} {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: data}
		if err := g.Admin.Create(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
	}
	server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)

	program := started(t, g, server)
	pool, err := own.Pool()
	if err != nil {
		t.Fatal(err)
	}
	asker := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{certificate}}}}
	checkMethods(t, asker, program.Options().URL)

	named, known := installation.Service(namespace, "named"), installation.Service(namespace, "known")
	named.Spec.Authentication = oauthv1alpha1.ClientAuthentication{
		Method: oauthv1alpha1.AuthenticationTLS, TLS: &oauthv1alpha1.ClientTLS{SANDNS: "app.example"},
	}
	known.Spec.Authentication = oauthv1alpha1.ClientAuthentication{
		Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, JWKSURI: oauthv1alpha1.JWKSURI(site.url),
	}
	for what, test := range map[string]struct {
		client *oauthv1alpha1.OAuthClient
		form   func(id string) url.Values
	}{
		"a certificate of the authority": {named, func(id string) url.Values { return url.Values{"client_id": {id}} }},
		"a key of the site": {known, func(id string) url.Values {
			return url.Values{
				"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
				"client_assertion":      {site.assertion(id, server.Spec.Issuer)},
			}
		}},
	} {
		test.client.Spec.ServerRef = &oauthv1alpha1.ServerReference{Namespace: namespace, Name: "auth"}
		if err := g.Admin.Create(t.Context(), test.client); err != nil {
			t.Fatal(err)
		}
		granted := func() bool {
			form := test.form(namespace + "." + test.client.Name)
			form.Set("grant_type", "client_credentials")
			response, err := asker.PostForm(mtlsURL(program)+"/token", form)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			return response.StatusCode == http.StatusOK
		}
		installation.Eventually(t, bound, granted, func() string { return "token for " + what })
	}
	// The Secret of a client with a certificate has the addresses where it can present it.
	for name, want := range map[string]string{"named": "https://mtls.example/token", "known": server.Spec.Issuer + "/token"} {
		secret := &corev1.Secret{}
		installation.Eventually(t, bound, func() bool {
			return g.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name + "-oauth"}, secret) == nil
		}, func() string { return "Secret of " + name })
		_, internal := secret.Data["internal_token_endpoint"]
		if got := string(secret.Data["token_endpoint"]); got != want || name == "named" && internal {
			t.Errorf("the Secret of %s has %s, an internal one: %t", name, got, internal)
		}
	}
	if proxy.Counts()[devenv.RequestKey{Verb: "create", Group: "session.grantor.dev", Resource: "marks"}] == 0 {
		t.Error("the Mark of the assertion went to another API server than that of the kubeconfig")
	}
}

// throughAProxy returns another way to the API server, and its kubeconfig.
func throughAProxy(t *testing.T, g *installation.Installation, namespace string) (*devenv.FaultProxy, []byte) {
	t.Helper()
	proxy, err := devenv.StartFaultProxy(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	file := filepath.Join(t.TempDir(), "kubeconfig")
	account := proxy.Account()
	account.Lifetime = time.Hour
	if err := devenv.ServiceAccountKubeconfig(t.Context(), g.Kube.Config, namespace, "auth-oauth", file, account); err != nil {
		t.Fatal(err)
	}
	return proxy, content(t, file)
}

func content(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// checkMethods: discovery lists what works.
func checkMethods(t *testing.T, asker *http.Client, at string) {
	t.Helper()
	response, err := asker.Get(at + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var document struct {
		Methods []string          `json:"token_endpoint_auth_methods_supported"`
		Aliases map[string]string `json:"mtls_endpoint_aliases"`
	}
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	if document.Aliases["token_endpoint"] != "https://mtls.example/token" {
		t.Errorf("discovery lists %v", document.Aliases)
	}
	for _, method := range []string{"tls_client_auth", "self_signed_tls_client_auth"} {
		if !slices.Contains(document.Methods, method) {
			t.Errorf("discovery lists %v", document.Methods)
		}
	}
}

// site publishes the key of a client.
type site struct {
	url       string
	authority []byte
	key       ed25519.PrivateKey
}

func newSite(t *testing.T) *site {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	set := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":%q}]}`, base64.RawURLEncoding.EncodeToString(public))
	served := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(set)) }))
	t.Cleanup(served.Close)
	return &site{url: served.URL + "/jwks", authority: inPEM(served.Certificate().Raw), key: private}
}

// assertion is one with which the client proves who it is (RFC 7523).
func (s *site) assertion(id, issuer string) string {
	encode := func(v any) string {
		text, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := encode(map[string]any{"alg": "EdDSA", "kid": "k"}) + "." +
		encode(map[string]any{"iss": id, "sub": id, "aud": issuer, "exp": time.Now().Add(time.Minute).Unix(), "jti": rand.Text()})
	return signed + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(s.key, []byte(signed)))
}

// clientCertificate returns an authority, and a certificate of it for a name.
func clientCertificate(t *testing.T, name string) ([]byte, tls.Certificate) {
	t.Helper()
	issue := func(template, parent *x509.Certificate, signer ed25519.PrivateKey) ([]byte, ed25519.PrivateKey) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, signer = template, private
		}
		template.SerialNumber, template.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: strings.Repeat("x", 8)}
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		raw, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
		if err != nil {
			t.Fatal(err)
		}
		return raw, private
	}
	root := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	authority, signer := issue(root, nil, nil)
	leaf := &x509.Certificate{DNSNames: []string{name}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	raw, key := issue(leaf, root, signer)
	return inPEM(authority), tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

func inPEM(certificate []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
}
