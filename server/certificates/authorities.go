package certificates

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// authoritiesInterval is how often the file of authorities is read again.
const authoritiesInterval = 10 * time.Second

// Authorities are those of clients' certificates.
type Authorities struct {
	// File has them; without one there are none.
	File string
	// Log says that the file cannot be read any more.
	Log *slog.Logger

	pool atomic.Pointer[x509.CertPool]
}

// Pool returns the authorities, nil for none.
func (a *Authorities) Pool() *x509.CertPool { return a.pool.Load() }

// Read keeps the authorities that it has where the file cannot be used.
func (a *Authorities) Read() error {
	if a.File == "" {
		return nil
	}
	content, err := os.ReadFile(a.File)
	if err != nil {
		return fmt.Errorf("--client-ca-file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return fmt.Errorf("--client-ca-file %q has no PEM certificate", a.File)
	}
	a.pool.Store(pool)
	return nil
}

// Follow reads the authorities again until ctx ends. What is wrong is logged
// once.
func (a *Authorities) Follow(ctx context.Context) {
	if a.File == "" {
		return
	}
	ticker := time.NewTicker(authoritiesInterval)
	defer ticker.Stop()
	for said := ""; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := a.Read()
		if err == nil {
			said = ""
		} else if text := err.Error(); text != said {
			said = text
			a.Log.Error("the authorities of clients cannot be read; those from before count", "error", text)
		}
	}
}
