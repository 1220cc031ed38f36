package devenv

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// certificateLifetime is short enough that a key forgotten somewhere is of
// little use, and long enough not to be noticed.
const certificateLifetime = 365 * 24 * time.Hour

// keyPair is a certificate and its private key, as PEM.
type keyPair struct{ cert, key []byte }

// newServerCertificate returns a new CA and a certificate of it for this
// machine's loopback names. The CA's key is thrown away: it signs once.
func newServerCertificate(now time.Time, names ...string) (ca []byte, server keyPair, err error) {
	caTemplate := template("Grantor development CA", now)
	caTemplate.IsCA = true
	caTemplate.BasicConstraintsValid = true
	caTemplate.KeyUsage = x509.KeyUsageCertSign
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, server, fmt.Errorf("generate CA key: %w", err)
	}
	authority, err := sign(caTemplate, caTemplate, caKey, caKey)
	if err != nil {
		return nil, server, fmt.Errorf("generate CA: %w", err)
	}

	leaf := template("localhost", now)
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames = append([]string{"localhost"}, names...)
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, server, fmt.Errorf("generate server key: %w", err)
	}
	server, err = sign(leaf, caTemplate, key, caKey)
	if err != nil {
		return nil, server, fmt.Errorf("generate server certificate: %w", err)
	}
	return authority.cert, server, nil
}

func template(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		// A serial number of zero makes crypto/x509 choose a random one.
		SerialNumber: nil,
		Subject:      pkix.Name{CommonName: name, SerialNumber: big.NewInt(now.UnixNano()).String()},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateLifetime),
	}
}

func sign(cert, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) (keyPair, error) {
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key.Public(), parentKey)
	if err != nil {
		return keyPair{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return keyPair{}, err
	}
	return keyPair{
		cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}, nil
}
