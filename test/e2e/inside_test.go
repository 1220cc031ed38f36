//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// inside is a client for what is inside the node, by address or name. It trusts
// the server's certificate.
func (s *story) inside() *http.Client {
	roots := x509.NewCertPool()
	if content, err := os.ReadFile(s.authority); err == nil {
		roots.AppendCertsFromPEM(content)
	}
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DialContext:       s.dial,
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true,
	}}
}

// dial connects through the node's proxy.
func (s *story) dial(ctx context.Context, _, address string) (net.Conn, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.proxy().Host)
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(connection, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", address, address); err != nil {
		return nil, err
	}
	// Nothing follows the answer before the client has spoken.
	answer, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: http.MethodConnect})
	if err != nil {
		return nil, errors.Join(err, connection.Close())
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the proxy answers %s", answer.Status), answer.Body.Close(), connection.Close())
	}
	return connection, nil
}

// get returns the status of an answer.
func (s *story) get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := s.inside().Do(request)
	if err != nil {
		return "", err
	}
	return response.Status, response.Body.Close()
}
