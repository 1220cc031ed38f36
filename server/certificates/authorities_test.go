package certificates

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestAuthoritiesAreReadAgain: those from before count while the file is broken or gone.
func TestAuthoritiesAreReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.crt")
	write := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, second := newAuthority(t), newAuthority(t)
	s := &Authorities{File: file}
	if err := s.Read(); err == nil || s.Pool() != nil {
		t.Errorf("without a file there are authorities, %v", err)
	}
	holds := func(authority []byte) bool {
		wanted := x509.NewCertPool()
		return wanted.AppendCertsFromPEM(authority) && s.Pool().Equal(wanted)
	}
	write(first)
	if err := s.Read(); err != nil || !holds(first) {
		t.Errorf("the first authority does not count: %v", err)
	}
	write([]byte("nothing"))
	if err := s.Read(); err == nil || !holds(first) {
		t.Errorf("the first authority does not count any more: %v", err)
	}
	write(second)
	if err := s.Read(); err != nil || !holds(second) {
		t.Errorf("the second authority does not count: %v", err)
	}
	if none := (&Authorities{}); none.Read() != nil || none.Pool() != nil {
		t.Error("a server without a file has authorities")
	}
}

func newAuthority(t testing.TB) []byte {
	t.Helper()
	raw, _ := issue(t, nil, nil)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}

// issue returns the certificate of an authority and its key; it signs itself if it has no
// parent.
func issue(t testing.TB, parent []byte, signer crypto.PrivateKey) ([]byte, crypto.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	above := template
	if parent == nil {
		signer = private
	} else if above, err = x509.ParseCertificate(parent); err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, above, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	return raw, private
}
