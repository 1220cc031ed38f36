package server

import (
	"context"
	"crypto/x509"
	"time"
)

// authoritiesInterval is how often the file of authorities is read again.
const authoritiesInterval = 10 * time.Second

// clientCAs returns the authorities of clients' certificates, nil for none.
func (s *Server) clientCAs() *x509.CertPool { return s.authorities.Load() }

// readClientCAs keeps the authorities that it has where the file cannot be used.
func (s *Server) readClientCAs() error {
	if s.config.ClientCAFile == "" {
		return nil
	}
	pool, err := readAuthorities(s.config.ClientCAFile)
	if err == nil {
		s.authorities.Store(pool)
	}
	return err
}

// followClientCAs reads the authorities again until ctx ends. What is wrong is logged
// once.
func (s *Server) followClientCAs(ctx context.Context) {
	ticker := time.NewTicker(authoritiesInterval)
	defer ticker.Stop()
	for said := ""; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := s.readClientCAs()
		if err == nil {
			said = ""
		} else if text := err.Error(); text != said {
			said = text
			s.config.Log.Error("the authorities of clients cannot be read; those from before count", "error", text)
		}
	}
}
