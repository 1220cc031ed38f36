package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"k8s.io/client-go/rest"
)

// Config is what a server needs to run.
type Config struct {
	// Name and Namespace of the OAuthServer to serve. Required.
	Name, Namespace string
	// ListenAddress is the host:port of the OAuth endpoints. Required.
	ListenAddress string
	// MetricsAddress is the host:port of health and metrics. Required, and another
	// one than ListenAddress.
	MetricsAddress string
	// TLSCertFile and TLSKeyFile serve https; both or none. They are read again
	// when they change.
	TLSCertFile, TLSKeyFile string
	// Kube is how to reach the API server. Required.
	Kube *rest.Config
	// Log gets structured logs. Required.
	Log *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Validate returns an error that names the setting that is wrong.
func (c *Config) Validate() error {
	if c.Name == "" {
		return errors.New("--server-name is required")
	}
	if c.Namespace == "" {
		return errors.New("--server-namespace is required")
	}
	for flag, address := range map[string]string{"--listen-address": c.ListenAddress, "--metrics-address": c.MetricsAddress} {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return fmt.Errorf("%s must be host:port: %w", flag, err)
		}
	}
	if (c.TLSCertFile == "") != (c.TLSKeyFile == "") {
		return errors.New("--tls-cert-file and --tls-key-file must be given together")
	}
	return nil
}
