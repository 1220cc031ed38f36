//go:build e2e

package e2e

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// kustomization is that of docs/examples/install with an image and a server of the
// test's own.
const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- ../../../config/default
images:
- name: grantor
  newName: localhost/grantor
  newTag: e2e
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

// kubectlInstall installs config/default in a cluster that has nothing but a Secret
// that a client left. The next client of that name gets its credentials.
func (s *story) kubectlInstall(t *testing.T) {
	folder := s.overlay()
	if err := devenv.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(kustomization), 0o644); err != nil {
		t.Fatal(err)
	}
	s.measureInstall(t, func() {
		s.kubectl(t, "apply", "--server-side", "-k", folder)
		s.applyText(t, s.certificate(t))
		// A kind is served a moment after its definition is there.
		eventually(t, "the OAuthServer to be taken", func(ctx context.Context) error {
			_, err := s.tryKubectl(ctx, "apply", "--server-side", "-f", testdata+"/oauthserver.yaml")
			return err
		})
	})
	s.applyText(t, kept)
	s.kubectl(t, "wait", "-n", "shop", "oauthclient/kept", "--for=condition=Ready", "--timeout=1m")
	if after := s.credentials(t, "kept-oauth"); after != s.kept {
		t.Error("another installation gave the client other credentials")
	}
	s.callAgain(t, "kept")
}

// kubectlRemove deletes the server first, as docs/guides/install.md says.
func (s *story) kubectlRemove(t *testing.T) {
	s.kubectl(t, "delete", "pods", "-n", "shop", "--all", "--wait")
	s.kubectl(t, "delete", "oauthservers", "--all", "--all-namespaces", "--timeout=1m")
	s.awaitNone(t, servers)
	s.kubectl(t, "delete", "-k", s.overlay(), "--timeout=2m")
	if after := s.credentials(t, "kept-oauth"); after != s.kept {
		t.Error("the kept credentials are others once everything is gone")
	}
}

func (s *story) overlay() string { return filepath.Join(s.root, ".local", "e2e", "install") }

// certificate is the Secret that the server serves https with.
func (s *story) certificate(t *testing.T) string {
	t.Helper()
	folder := filepath.Dir(s.authority)
	return s.kubectl(t, "create", "secret", "generic", "-n", "grantor-system", "auth-tls", "--type=kubernetes.io/tls",
		"--from-file="+folder+"/tls.crt", "--from-file="+folder+"/tls.key", "--from-file="+folder+"/ca.crt", "--dry-run=client", "-o", "yaml")
}

func (s *story) makeAuthority(t *testing.T) {
	t.Helper()
	ca, err := devenv.GenerateCA(filepath.Join(s.root, ".local", "e2e", "authority"), issuerHost)
	if err != nil {
		t.Fatal(err)
	}
	s.authority = ca.CAFile
}

// callAgain runs the caller with the Secret of a client.
func (s *story) callAgain(t *testing.T, client string) {
	t.Helper()
	s.kubectl(t, "delete", "pods", "-n", "shop", "caller", "--wait")
	s.applyText(t, s.applications(t, client))
	s.insistOnAnswer(t, "caller", "shop."+client)
}
