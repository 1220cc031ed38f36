package apiserver

import (
	"fmt"
	"os"
)

const metadataPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

// Audit is the optional log of who asked for what, without bodies. The zero
// value is off.
type Audit struct {
	Log    string // file that receives one JSON line per request
	Policy string // file that WritePolicy makes
}

// WritePolicy makes the policy file if there is an audit log.
func (a Audit) WritePolicy() error {
	if a.Log == "" {
		return nil
	}
	if err := os.WriteFile(a.Policy, []byte(metadataPolicy), 0o600); err != nil {
		return fmt.Errorf("write audit policy: %w", err)
	}
	return nil
}

func (a Audit) flags() []string {
	if a.Log == "" {
		return nil
	}
	return []string{"--audit-log-path=" + a.Log, "--audit-policy-file=" + a.Policy}
}
