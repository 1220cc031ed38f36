package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestEnsure(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pki")
	// What a start leaves that was killed while it generated.
	if err := os.Mkdir(dir+".draft", 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := Ensure(dir, net.IPv4(192, 0, 2, 1))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(files.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	for name, check := range map[string]struct {
		cert, key string
		options   x509.VerifyOptions
	}{
		"server by address": {files.ServerCert, files.ServerKey, x509.VerifyOptions{DNSName: "127.0.0.1"}},
		"server for nodes":  {files.ServerCert, files.ServerKey, x509.VerifyOptions{DNSName: "192.0.2.1"}},
		"admin":             {files.AdminCert, files.AdminKey, client},
		"controllers":       {files.ControllersCert, files.ControllersKey, client},
	} {
		pair, err := tls.LoadX509KeyPair(check.cert, check.key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check.options.Roots = roots
		if _, err := pair.Leaf.Verify(check.options); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}

	if _, err := Ensure(dir); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(files.CA); string(again) != string(ca) {
		t.Error("the authority changed between two starts")
	}
}

var client = x509.VerifyOptions{KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
