//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	issuerHost = "default-oauth.grantor-system.svc.cluster.local"
	issuer     = "https://" + issuerHost
	testdata   = "test/e2e/testdata"

	firstTokenLimit = 2 * time.Minute
)

// measureInstall installs, and makes a client and pods, one of which mounts its
// Secret. The figure is for people; the limit only tells a broken installation.
func (s *story) measureInstall(t *testing.T, install func()) {
	t.Helper()
	started := time.Now()
	install()
	s.kubectl(t, "wait", "-n", "grantor-system", "oauthserver/default", "--for=condition=Ready", "--timeout=2m")
	ready := time.Since(started)
	if _, err := s.tryKubectl(t.Context(), "get", "namespace", "shop"); err != nil {
		s.kubectl(t, "create", "namespace", "shop")
		s.kubectl(t, "create", "configmap", "-n", "shop", "authority", "--from-file=ca.crt="+s.authority)
	}
	s.applyText(t, s.applications(t, "caller"))
	s.insistOnAnswer(t, "caller", "shop.caller")
	took := time.Since(started)
	t.Logf("install to OAuthServer Ready: %s; to the first token, which an API accepts: %s", ready.Round(time.Millisecond), took.Round(time.Millisecond))
	if took > firstTokenLimit {
		t.Errorf("that is more than %s", firstTokenLimit)
	}
}

// applications are those of testdata, where the caller is a certain client.
func (s *story) applications(t *testing.T, client string) string {
	t.Helper()
	manifest, err := os.ReadFile(filepath.Join(s.root, testdata, "applications.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(manifest), "secretName: caller-oauth", "secretName: "+client+"-oauth")
}

// insistOnAnswer waits for a pod's end and looks at what the API said to it.
func (s *story) insistOnAnswer(t *testing.T, pod, subject string) {
	t.Helper()
	s.kubectl(t, "wait", "-n", "shop", "pod/"+pod, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=2m")
	if said := strings.TrimSpace(s.kubectl(t, "logs", "-n", "shop", pod)); said != subject {
		t.Errorf("the API took pod %s for %q, want %s", pod, said, subject)
	}
}

func (s *story) projectedToken(t *testing.T) {
	s.insistOnAnswer(t, "billing", "shop.billing")
	if keys := s.kubectl(t, "get", "secret", "-n", "shop", "billing-oauth", "-o", "jsonpath={.data}"); strings.Contains(keys, "client_secret") {
		t.Error("the Secret of a client without a secret has one")
	}
}

// credentials are ID and secret, for comparison only.
func (s *story) credentials(t *testing.T, secret string) [2]string {
	t.Helper()
	return [2]string{s.secret(t, secret, "client_id"), s.secret(t, secret, "client_secret")}
}
