package server

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/certificates"
)

func TestConfigNamesTheSettingThatIsWrong(t *testing.T) {
	for flag, change := range map[string]func(*Config){
		"--server-name":         func(c *Config) { c.Name = "" },
		"--server-namespace":    func(c *Config) { c.Namespace = "" },
		"--listen-address":      func(c *Config) { c.ListenAddress = "8080" },
		"--metrics-address":     func(c *Config) { c.MetricsAddress = "" },
		"--tls-key-file":        func(c *Config) { c.TLSCertFile = "tls.crt" },
		"--tls-cert-file":       func(c *Config) { c.TLSKeyFile = "tls.key" },
		"--client-ca-file":      func(c *Config) { c.ClientCAFile = "clients.crt" },
		"--mtls-listen-address": func(c *Config) { c.MTLSListenAddress, c.MTLSHost = "8444", "mtls.example" },
		"--mtls-host":           func(c *Config) { c.MTLSListenAddress = ":8444" },
		`"a/b" is none`:         func(c *Config) { c.MTLSListenAddress, c.MTLSHost = ":8444", "a/b" },
		"needs --tls-cert-file": func(c *Config) { c.MTLSListenAddress, c.MTLSHost = ":8444", "mtls.example:8444" },
		"must not be all addresses": func(c *Config) {
			c.MTLSListenAddress, c.MTLSHost, c.CertificateHeader = ":8444", "mtls.example", certificates.Header{Name: "Client-Cert", Format: certificates.RFC9440}
			c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::/0")}
		},
		"": func(*Config) {},
	} {
		c := Config{Name: "default", Namespace: "system", ListenAddress: ":8080", MetricsAddress: "[::1]:0"}
		change(&c)
		err := c.Validate()
		if (err == nil) != (flag == "") || err != nil && !strings.Contains(err.Error(), flag) {
			t.Errorf("for %q the error is %v", flag, err)
		}
	}
}
