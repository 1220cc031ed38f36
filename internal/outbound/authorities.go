package outbound

import "crypto/x509"

// Authorities returns the system's authorities and those of PEM blocks; nil, which is the
// system's, if there are no blocks.
func Authorities(blocks []byte) *x509.CertPool {
	if len(blocks) == 0 {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AppendCertsFromPEM(blocks)
	return pool
}
