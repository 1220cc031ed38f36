package oauthserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"strings"
	"testing"
)

// What is under ca.crt gets into the Secrets of all clients, so it must not be a key.
func TestOnlyCertificatesArePublished(t *testing.T) {
	authority, key := certificateFor(t, "Our authority")
	certificate, _ := certificateFor(t, "", "auth-oauth.grantor-system.svc")
	for name, test := range map[string]struct{ file, want string }{
		"nothing":                        {"", ""},
		"no PEM":                         {"certificate", ""},
		"one":                            {authority, authority},
		"two, with a comment":            {"# ours\n" + authority + "\n" + certificate, authority + certificate},
		"a private key beside it":        {key + authority + key, authority},
		"a private key called otherwise": {strings.ReplaceAll(key, "PRIVATE KEY", "CERTIFICATE") + authority, authority},
		"headers of PEM":                 {strings.Replace(authority, "-----\n", "-----\nNote: private\n\n", 1), authority},
		"more than a status holds":       {strings.Repeat(authority, 200), strings.Repeat(authority, maxAuthorities/len(authority))},
	} {
		if got := certificatesIn([]byte(test.file)); got != test.want {
			t.Errorf("%s: %d bytes, not %d", name, len(got), len(test.want))
		}
	}
	for host, want := range map[string]bool{"auth-oauth.grantor-system.svc": true, "other-oauth.grantor-system.svc": false} {
		if names([]byte(certificate), host) != want {
			t.Errorf("%s: %t", host, !want)
		}
	}
	if names(nil, "auth-oauth.grantor-system.svc") || names([]byte(key), "auth-oauth.grantor-system.svc") {
		t.Error("what is no certificate has a name")
	}
}

// certificateFor returns a certificate and its private key, as PEM.
func certificateFor(t *testing.T, subject string, names ...string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: subject}, DNSNames: names}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}
