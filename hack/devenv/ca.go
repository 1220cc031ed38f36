package devenv

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// renewBefore is how long before its end a certificate is replaced.
const renewBefore = 30 * 24 * time.Hour

// CA names the files of a certificate authority and of a server certificate
// for 127.0.0.1, ::1, localhost and further names.
type CA struct {
	CAFile   string
	CertFile string
	KeyFile  string
}

// GenerateCA makes the files in dir, or keeps those that are there and still
// valid for a month.
func GenerateCA(dir string, names ...string) (*CA, error) {
	ca := &CA{
		CAFile:   filepath.Join(dir, "ca.crt"),
		CertFile: filepath.Join(dir, "tls.crt"),
		KeyFile:  filepath.Join(dir, "tls.key"),
	}
	now := time.Now()
	if ca.valid(now.Add(renewBefore)) {
		return ca, nil
	}
	authority, server, err := newServerCertificate(now, names...)
	if err != nil {
		return nil, err
	}
	if err := WriteFile(ca.KeyFile, server.key, 0o600); err != nil {
		return nil, err
	}
	if err := WriteFile(ca.CertFile, server.cert, 0o644); err != nil {
		return nil, err
	}
	// Last, so that a run cut short leaves files that do not verify.
	return ca, WriteFile(ca.CAFile, authority, 0o644)
}

// Pool returns the CA's certificate for a client to trust.
func (c *CA) Pool() (*x509.CertPool, error) {
	content, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read CA certificate: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("read CA certificate: nothing usable in %s", c.CAFile)
	}
	return pool, nil
}

// valid says whether the three files belong together until then.
func (c *CA) valid(then time.Time) bool {
	pool, err := c.Pool()
	if err != nil {
		return false
	}
	pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return false
	}
	_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: then, DNSName: "127.0.0.1"})
	return err == nil
}
