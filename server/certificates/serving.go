package certificates

import (
	"context"
	"crypto/tls"
	"fmt"
	"sync/atomic"

	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
)

// Serving is the certificate that a replica serves https with.
type Serving struct {
	// CertFile and KeyFile have it; both or none.
	CertFile, KeyFile string

	watcher atomic.Pointer[certwatcher.CertWatcher]
}

// Config returns nil without files. They are read again whenever they change until ctx
// ends; fail is called if they cannot be watched.
func (s *Serving) Config(ctx context.Context, fail context.CancelCauseFunc) (*tls.Config, error) {
	if s.CertFile == "" {
		return nil, nil //nolint:nilnil // no TLS is a choice, not an error
	}
	watcher, err := certwatcher.New(s.CertFile, s.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("read TLS certificate: %w", err)
	}
	s.watcher.Store(watcher)
	go func() {
		if err := watcher.Start(ctx); err != nil {
			fail(fmt.Errorf("watch TLS certificate: %w", err))
		}
	}()
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: watcher.GetCertificate}, nil
}

// Asking returns a configuration that also asks clients for certificates. Whose certificate
// it is concerns only clients that have one, and is decided for each request
// (server/clientauth).
func Asking(config *tls.Config) *tls.Config {
	if config == nil {
		return nil
	}
	config = config.Clone()
	config.ClientAuth = tls.RequestClientCert
	return config
}

// Current returns the certificate, nil without https.
func (s *Serving) Current() *tls.Certificate {
	watcher := s.watcher.Load()
	if watcher == nil {
		return nil
	}
	certificate, err := watcher.GetCertificate(nil)
	if err != nil {
		return nil
	}
	return certificate
}
