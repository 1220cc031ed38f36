package clientauth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestURIsAreComparedByteForByte: net/url changes what it reads.
func TestURIsAreComparedByteForByte(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		certificate, client string
		want                bool
	}{
		{"spiffe://ns/shop", "spiffe://ns/shop", true},
		{"spiffe://NS/shop%2Fa?b#c", "spiffe://NS/shop%2Fa?b#c", true},
		{"spiffe://ns/a|b", "spiffe://ns/a|b", true},
		{"urn:example:app", "urn:example:app", true},
		{"spiffe://ns/shop", "spiffe://ns/shop#", false},
		{"spiffe://ns/shop#", "spiffe://ns/shop", false},
		{"SPIFFE://ns/shop", "spiffe://ns/shop", false},
		{"spiffe://NS/shop", "spiffe://ns/shop", false},
		{"spiffe://ns/shop/a", "spiffe://ns/shop", false},
		{"spiffe://ns/a|b", "spiffe://ns/a%7Cb", false},
	} {
		// What is opaque is written as it is.
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), DNSNames: []string{"app.example"}, EmailAddresses: []string{"app@example.com"},
			URIs: []*url.URL{{Scheme: "urn", Opaque: "x"}, {Opaque: test.certificate}},
		}
		raw, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := namesClient(certificate, oauthv1alpha1.ClientTLS{SANURI: test.client}); got != test.want {
			t.Errorf("%s for %s: %t", test.certificate, test.client, got)
		}
	}
	if namesClient(&x509.Certificate{}, oauthv1alpha1.ClientTLS{SANURI: "urn:a"}) {
		t.Error("a certificate without names has one")
	}
}
