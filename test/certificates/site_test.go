package certificates

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/installation"
)

const convergence = 30 * time.Second

// site is a replica with an address for clients with certificates.
type site struct {
	program *devenv.Program
	// url is the address of everyone, mtls the one of these clients.
	url, mtls string
	// pool has the authority of its own certificate, which is in PEM, too.
	pool      *x509.CertPool
	authority string
}

// newSite starts a replica, which takes certificates of an authority from connections, or
// from a header.
func newSite(t *testing.T, root *authority.Authority, header string) site {
	t.Helper()
	dir, address, scheme := t.TempDir(), devenv.Loopback(installation.FreePort(t)), "http://"
	file := filepath.Join(dir, "clients.crt")
	if err := os.WriteFile(file, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	s := site{}
	settings := devenv.ServerSettings{Args: []string{"--mtls-listen-address", address, "--mtls-host", address, "--client-ca-file", file}}
	if header != "" {
		// 127.0.0.1 is the proxy, and 127.0.0.2 another program.
		settings.Args = append(settings.Args, "--client-certificate-header", header, "--trusted-proxies", "127.0.0.1")
	} else {
		scheme = "https://"
		settings.TLS, s.pool = newAuthority(t, dir)
		s.authority = content(t, settings.TLS.CAFile)
	}
	s.program = shared.Grantor(t).StartReplica(t, settings)
	s.url, s.mtls = s.program.Options().URL, scheme+address
	return s
}

func newAuthority(t *testing.T, dir string) (*devenv.CA, *x509.CertPool) {
	t.Helper()
	ca, err := devenv.GenerateCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := ca.Pool()
	if err != nil {
		t.Fatal(err)
	}
	return ca, pool
}

// sender is a program that sends requests.
type sender struct {
	pool *x509.CertPool
	with *authority.Authority
	// from is an address of the machine.
	from string
	// header is added to each request.
	header http.Header
}

func (s sender) do(t testing.TB, request *http.Request) installation.Answer {
	t.Helper()
	dialer := &net.Dialer{}
	if s.from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(s.from)}
	}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: s.pool}}
	if s.with != nil {
		// Also where the other side names authorities that do not fit.
		transport.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &s.with.Certificate, nil }
	}
	defer transport.CloseIdleConnections()
	maps.Copy(request.Header, s.header)
	return installation.Through(t, transport, request)
}

func (s sender) post(t testing.TB, to string, form url.Values) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(t, request)
}

// token asks for a token of a client without a secret.
func (s sender) token(t testing.TB, base, id string) installation.Answer {
	t.Helper()
	return s.post(t, base+"/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}, "client_id": {id}})
}

// granted waits for a token: the replica may not have heard of the client yet.
func (s sender) granted(t testing.TB, base, id string) {
	t.Helper()
	var last installation.Answer
	installation.Eventually(t, convergence, func() bool {
		last = s.token(t, base, id)
		return last.Status == http.StatusOK
	}, func() string { return "token, instead of " + last.Body })
}
