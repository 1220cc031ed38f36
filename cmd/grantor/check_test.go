package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCheckOfWrongInput: what a mounted Secret or a flag says must make sense.
func TestCheckOfWrongInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		issuer string
		args   []string
		says   string
	}{
		"an issuer that is no URL":       {"auth", nil, "is no URL"},
		"an address that is no address":  {"https://auth.example.com", []string{"--connect-to=server"}, "address to connect to"},
		"authorities that are something": {"https://auth.example.com", []string{"--ca-file=" + file(t, "no certificate")}, "contains no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for key, value := range map[string]string{"client_id": "shop.app", "client_secret": "s", "issuer": test.issuer} {
				if err := os.WriteFile(filepath.Join(dir, key), []byte(value+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			wantUsage(t, test.says, append([]string{"check", "--client-secret-dir=" + dir}, test.args...)...)
		})
	}
}
