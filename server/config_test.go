package server

import (
	"strings"
	"testing"
)

func TestConfigNamesTheSettingThatIsWrong(t *testing.T) {
	for flag, change := range map[string]func(*Config){
		"--server-name":         func(c *Config) { c.Name = "" },
		"--server-namespace":    func(c *Config) { c.Namespace = "" },
		"--listen-address":      func(c *Config) { c.ListenAddress = "8080" },
		"--metrics-address":     func(c *Config) { c.MetricsAddress = "" },
		"--tls-key-file":        func(c *Config) { c.TLSCertFile = "tls.crt" },
		"--tls-cert-file":       func(c *Config) { c.TLSKeyFile = "tls.key" },
		"--client-certificates": func(c *Config) { c.ClientCertificates = true },
		"--client-ca-file":      func(c *Config) { c.ClientCAFile = "clients.crt" },
		"":                      func(*Config) {},
	} {
		c := Config{Name: "default", Namespace: "system", ListenAddress: ":8080", MetricsAddress: "[::1]:0"}
		change(&c)
		err := c.Validate()
		if (err == nil) != (flag == "") || err != nil && !strings.Contains(err.Error(), flag) {
			t.Errorf("for %q the error is %v", flag, err)
		}
	}
}
