package installation

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// TrustedHosts serves https at a number of ports of localhost until the process ends, and
// returns them as hosts. Programs that are started later trust their certificate, so it is
// called before Run.
func TrustedHosts(number int, handler http.Handler) (hosts []string, err error) {
	dir, err := os.MkdirTemp("", "grantor-test-hosts-")
	if err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	ca, err := devenv.GenerateCA(dir)
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(ca.CertFile, ca.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("load the certificate: %w", err)
	}
	for range number {
		server := httptest.NewUnstartedServer(handler)
		server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
		server.StartTLS()
		_, port, err := net.SplitHostPort(server.Listener.Addr().String())
		if err != nil {
			return nil, fmt.Errorf("read the port: %w", err)
		}
		hosts = append(hosts, "localhost:"+port)
	}
	return hosts, os.Setenv("SSL_CERT_FILE", ca.CAFile)
}
