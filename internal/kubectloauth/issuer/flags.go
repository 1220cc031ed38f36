package issuer

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

// Flags say how an issuer is reached.
type Flags struct {
	caFile, connectTo string
}

// Register adds the flags to a command.
func (f *Flags) Register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.caFile, "ca-file", "", "PEM file of more authorities that may have signed the issuer's certificate")
	cmd.Flags().StringVar(&f.connectTo, "connect-to", "", "http://host:port or https://host:port to connect to instead of the issuer's host, for example that of kubectl port-forward")
}

// CAFile is the file of more authorities, if there is one.
func (f *Flags) CAFile() string { return f.caFile }

// Client returns a client for requests to the issuer. pem has more authorities.
func (f *Flags) Client(issuer, pem string) (*http.Client, error) {
	if err := Secure(issuer); err != nil {
		return nil, err
	}
	if f.caFile != "" {
		if _, err := os.Stat(f.caFile); err != nil {
			return nil, cli.Usage(fmt.Errorf("--ca-file: %w", err))
		}
	}
	authorities, err := check.Authorities(f.caFile)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("--ca-file: %w", err))
	}
	authorities.AppendCertsFromPEM([]byte(pem))
	client, err := check.Client(issuer, f.connectTo, authorities)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("--connect-to: %w", err))
	}
	return client, nil
}

// Secure refuses an issuer that is neither an https URL nor on this machine: secrets and
// tokens are sent there.
func Secure(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("the issuer is no URL of https")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("the issuer is neither an https URL nor on this machine")
}
