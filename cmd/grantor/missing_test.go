package main

import "testing"

// TestBadCommandLinesOfAReachableCluster are mistakes that show only when the API
// server's address is right.
func TestBadCommandLinesOfAReachableCluster(t *testing.T) {
	serve := func(t *testing.T, args ...string) []string {
		return append([]string{"server", "--kubeconfig=" + kubeconfig(t), "--server-name=default", "--server-namespace=x"}, args...)
	}
	tests := map[string]struct {
		args func(t *testing.T) []string
		says string
	}{
		"server: one address for both": {
			func(t *testing.T) []string {
				return serve(t, "--listen-address=127.0.0.1:18080", "--metrics-address=127.0.0.1:18080")
			}, "--metrics-address"},
		"server: a port too large": {
			func(t *testing.T) []string {
				return serve(t, "--listen-address=127.0.0.1:99999", "--metrics-address=127.0.0.1:0")
			}, "--listen-address"},
		"server: a certificate that is not there": {
			func(t *testing.T) []string {
				return serve(t, "--listen-address=127.0.0.1:0", "--metrics-address=127.0.0.1:0", "--tls-cert-file=/does/not/exist", "--tls-key-file=/does/not/exist")
			}, "/does/not/exist"},
		"operator: no namespace for the lease": {
			func(t *testing.T) []string {
				return []string{"operator", "--kubeconfig=" + kubeconfig(t), "--metrics-address=127.0.0.1:0"}
			}, "--leader-election-namespace"},
		"operator: a port too large": {
			func(t *testing.T) []string {
				return []string{"operator", "--kubeconfig=" + kubeconfig(t), "--leader-election-namespace=x", "--metrics-address=127.0.0.1:99999"}
			}, "--metrics-address"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantUsage(t, test.says, test.args(t)...)
		})
	}
}

// TestPromisedFlags are flags that the contract with scripts names.
func TestPromisedFlags(t *testing.T) {
	for _, name := range []string{"session-kubeconfig"} {
		if serverCommand().Flags().Lookup(name) == nil {
			t.Errorf("server has no --%s", name)
		}
	}
}
