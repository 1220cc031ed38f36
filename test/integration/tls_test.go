package integration

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// secure starts one more replica that serves https, and returns its URL.
func secure(t *testing.T, ca *devenv.CA) *devenv.Program {
	t.Helper()
	return grantor(t).StartReplica(t, devenv.ServerSettings{TLS: ca})
}

func generated(t *testing.T) *devenv.CA {
	t.Helper()
	ca, err := devenv.GenerateCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func trusting(t *testing.T, ca *devenv.CA) *x509.CertPool {
	t.Helper()
	pool, err := ca.Pool()
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func TestTLSServesHTTP2AndHTTP1(t *testing.T) {
	t.Parallel()
	ca := generated(t)
	url := secure(t, ca).Options().URL
	for protocol, wanted := range map[string]int{"h2": 2, "http/1.1": 1} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusting(t, ca), NextProtos: []string{protocol}}, ForceAttemptHTTP2: wanted == 2}
		if wanted == 1 {
			transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		}
		answer, err := (&http.Client{Transport: transport}).Get(url + "/jwks")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.ProtoMajor != wanted || answer.TLS.NegotiatedProtocol != protocol {
			t.Errorf("asked for %s: %s over %s", protocol, answer.Status, answer.Proto)
		}
		transport.CloseIdleConnections()
	}
	for name, config := range map[string]*tls.Config{
		"TLS 1.1":          {RootCAs: trusting(t, ca), MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"another protocol": {RootCAs: trusting(t, ca), NextProtos: []string{"spdy/3"}},
	} {
		if connection, err := tls.Dial("tcp", url[len("https://"):], config); err == nil {
			_ = connection.Close()
			t.Errorf("%s is accepted", name)
		}
	}
	if answer := ask(t, "http"+url[len("https"):]+"/jwks", method("GET")); answer.Status != http.StatusBadRequest {
		t.Errorf("plain http is answered %d %s", answer.Status, answer.Body)
	}
}

func TestTLSCertificateIsReadAgainWhenItChanges(t *testing.T) {
	t.Parallel()
	used, next := generated(t), generated(t)
	program := secure(t, used)
	address := program.Options().URL[len("https://"):]
	served := func(ca *devenv.CA) bool {
		connection, err := tls.Dial("tcp", address, &tls.Config{RootCAs: trusting(t, ca)})
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}
	first := &devenv.CA{CAFile: filepath.Join(t.TempDir(), "ca.crt")}
	copied(t, used.CAFile, first.CAFile)
	if !served(first) {
		t.Fatal("the certificate is not served")
	}

	// Files that do not belong together, as between two writes, change nothing.
	copied(t, next.CertFile, used.CertFile)
	time.Sleep(time.Second)
	if !served(first) {
		t.Error("half a change has broken the server")
	}
	copied(t, next.KeyFile, used.KeyFile)
	installation.Eventually(t, 15*time.Second, func() bool { return served(next) }, func() string { return "new certificate" })
	if served(first) {
		t.Error("the old certificate is still served")
	}
	if log, _ := os.ReadFile(program.Options().LogFile); bytes.Contains(log, []byte("log.SetLogger")) {
		t.Error("a library complains in the log that it has no logger")
	}
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := devenv.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
