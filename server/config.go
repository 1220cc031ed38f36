package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/internal/lines"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/internal/tracing"
	"github.com/grantor-dev/grantor/server/certificates"
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
	// Sessions is how to reach the API server that keeps the session objects;
	// default Kube.
	Sessions *rest.Config
	// TrustedProxies are the addresses whose X-Forwarded-For is believed; nil is those of
	// the OAuthServer.
	TrustedProxies []netip.Prefix
	// MTLSListenAddress is the host:port of the endpoints for clients with certificates,
	// and MTLSHost where the public finds them, a host with an optional port; both or none.
	// They need TLSCertFile or CertificateHeader.
	MTLSListenAddress, MTLSHost string
	// CertificateHeader is where trusted proxies that end TLS pass the certificates.
	CertificateHeader certificates.Header
	// ClientCAFile names the authorities of the certificates that are not known by
	// themselves.
	ClientCAFile string
	// Log gets structured logs. Required.
	Log *slog.Logger
	// LogLevel is set to the level that the OAuthServer says; nil if the level is set
	// elsewhere.
	LogLevel *slog.LevelVar
	// Lines writes what Log gets, and the lines of the audit log. Required.
	Lines *lines.Writer
	// Traces say where spans go; without an endpoint, where the OAuthServer says.
	Traces tracing.Options
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
	if err := ValidateAddress("--listen-address", c.ListenAddress); err != nil {
		return err
	}
	if err := ValidateAddress("--metrics-address", c.MetricsAddress); err != nil {
		return err
	}
	if c.ListenAddress == c.MetricsAddress && !strings.HasSuffix(c.ListenAddress, ":0") {
		return errors.New("--metrics-address must differ from --listen-address")
	}
	if (c.TLSCertFile == "") != (c.TLSKeyFile == "") {
		return errors.New("--tls-cert-file and --tls-key-file must be given together")
	}
	if c.TLSCertFile != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCertFile, c.TLSKeyFile); err != nil {
			return fmt.Errorf("--tls-cert-file and --tls-key-file: %w", err)
		}
	}
	if err := c.validateMTLS(); err != nil {
		return err
	}
	return (&certificates.Authorities{File: c.ClientCAFile}).Read()
}

// mtlsHost is a name or an address, and a port if it is not that of https.
var mtlsHost = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?$`)

func (c *Config) validateMTLS() error {
	if c.MTLSListenAddress == "" {
		if c.MTLSHost != "" || c.ClientCAFile != "" || c.CertificateHeader.Name != "" {
			return errors.New("--mtls-host, --client-ca-file and --client-certificate-header need --mtls-listen-address")
		}
		return nil
	}
	if err := ValidateAddress("--mtls-listen-address", c.MTLSListenAddress); err != nil {
		return err
	}
	if !mtlsHost.MatchString(c.MTLSHost) {
		return fmt.Errorf("--mtls-listen-address needs --mtls-host: a host, and a port if it is not 443; %q is none", c.MTLSHost)
	}
	if c.TLSCertFile == "" && c.CertificateHeader.Name == "" {
		return errors.New("--mtls-listen-address needs --tls-cert-file or --client-certificate-header")
	}
	for _, network := range c.TrustedProxies {
		if c.CertificateHeader.Name != "" && network.Bits() == 0 {
			return errors.New("--trusted-proxies must not be all addresses with --client-certificate-header: everyone could claim every certificate")
		}
	}
	return nil
}

// ValidateAddress returns an error that names the flag unless address is host:port.
func ValidateAddress(flag, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%s %q must be host:port with a port up to 65535", flag, address)
	}
	return nil
}

// ParseNetworks reads the value of a flag: addresses and networks. Its error names the
// flag.
func ParseNetworks(flag string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		prefix, err := serverspec.ParseNetwork(text)
		if err != nil {
			return nil, fmt.Errorf("%s %q must be an address or a network such as 192.0.2.0/24", flag, text)
		}
		out = append(out, prefix)
	}
	return out, nil
}
