//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

const (
	issuerHost = "default-oauth.grantor-system.svc.cluster.local"
	issuer     = "https://" + issuerHost
	testdata   = "test/e2e/testdata"

	firstTokenLimit = 30 * time.Second
)

// kustomization is that of docs/examples/install with an image and a server of the
// test's own.
const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- ../../../config/default
images:
- name: grantor
  newName: %s
  newTag: %s
replacements:
- source:
    kind: Deployment
    name: grantor-operator
    fieldPath: spec.template.spec.containers.[name=operator].image
  targets:
  - select:
      kind: Deployment
      name: grantor-operator
    fieldPaths:
    - spec.template.spec.containers.[name=operator].args.2
    options:
      delimiter: "="
      index: 1
`

// install does what docs/guides/install.md says and what people then do: an
// OAuthClient, and a pod that mounts its Secret.
func (s *story) install(t *testing.T) {
	started := time.Now()
	s.apply(t, firstImage)
	s.applyServer(t)
	s.kubectl(t, "wait", "-n", "grantor-system", "oauthserver/default", "--for=condition=Ready", "--timeout=2m")
	ready := time.Since(started)

	s.kubectl(t, "create", "namespace", "shop")
	s.kubectl(t, "create", "configmap", "-n", "shop", "authority", "--from-file=ca.crt="+s.authority)
	s.kubectl(t, "apply", "-f", testdata+"/applications.yaml")
	s.insistOnAnswer(t, "caller", "shop.caller")
	took := time.Since(started)
	t.Logf("install to OAuthServer Ready: %s, to the first token, accepted by an API: %s", ready.Round(time.Millisecond), took.Round(time.Millisecond))
	if took > firstTokenLimit {
		t.Errorf("that is more than %s", firstTokenLimit)
	}
}

// apply installs config/default with an image.
func (s *story) apply(t *testing.T, image string) {
	t.Helper()
	name, tag, _ := strings.Cut(strings.TrimPrefix(image, "localhost/"), ":")
	folder := filepath.Join(s.root, ".local", "e2e", "install")
	content := fmt.Sprintf(kustomization, "localhost/"+name, tag)
	if err := devenv.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	s.kubectl(t, "apply", "--server-side", "-k", folder)
}

// applyServer makes the server, and before it what it serves https with.
func (s *story) applyServer(t *testing.T) {
	t.Helper()
	folder := filepath.Join(s.root, ".local", "e2e", "authority")
	ca, err := devenv.GenerateCA(folder, issuerHost)
	if err != nil {
		t.Fatal(err)
	}
	s.authority = ca.CAFile
	s.kubectl(t, "create", "secret", "tls", "-n", "grantor-system", "auth-tls", "--cert="+folder+"/tls.crt", "--key="+folder+"/tls.key")
	// A kind is served a moment after its definition is there.
	eventually(t, "the OAuthServer to be taken", func(ctx context.Context) error {
		_, err := s.tryKubectl(ctx, "apply", "--server-side", "-f", testdata+"/oauthserver.yaml", "-f", "config/samples/dev/oauthusers.yaml")
		return err
	})
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
