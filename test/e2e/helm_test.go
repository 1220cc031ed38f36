//go:build e2e

package e2e

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// chart are the arguments of every installation and upgrade.
var chart = []string{"grantor", "charts/grantor", "-n", "grantor-system", "--wait", "--timeout=2m", "-f", testdata + "/values.yaml"}

// kept is a client whose Secret survives it.
const kept = `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata:
  name: kept
  namespace: shop
spec:
  grantTypes: [client_credentials]
  scopes: [read]
  audiences: [shop.api]
  secret: {deletionPolicy: Retain}
`

// helmInstall does what docs/guides/install.md says, and then what people do: an
// OAuthClient, and a pod that mounts its Secret.
func (s *story) helmInstall(t *testing.T) {
	s.makeAuthority(t)
	s.kubectl(t, "create", "namespace", "grantor-system")
	s.applyText(t, s.certificate(t))
	s.measureInstall(t, func() { s.helm(t, append([]string{"install"}, chart...)...) })
}

func (s *story) helmTest(t *testing.T) {
	said := s.helm(t, "test", "grantor", "-n", "grantor-system", "--logs")
	if !strings.Contains(said, issuer) {
		t.Errorf("it says %s", said)
	}
}

// helmUpgrade changes the image, which the operator hands on to the servers, and a
// value of theirs, and narrows down what both may do.
func (s *story) helmUpgrade(t *testing.T) {
	s.underLoad(t, func() {
		before := append(s.pods(t, servers), s.pods(t, operators)...)
		s.helm(t, slices.Concat([]string{"upgrade"}, chart, []string{"--set", "image.tag=e2e-next,admissionPolicies.enabled=true,server.spec.deployment.resources.requests.cpu=60m"})...)
		s.awaitGone(t, before)
	})
	if spec := s.kubectl(t, "get", "deployment", "-n", "grantor-system", "default-oauth", "-o",
		"jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].resources.requests.cpu}"); spec != secondImage+" 60m" {
		t.Errorf("the servers run %s", spec)
	}
	s.helmTest(t)
}

// helmReinstall: what Helm keeps serves on, and the next release takes it over.
func (s *story) helmReinstall(t *testing.T) {
	before := s.credentials(t, "caller-oauth")
	s.underLoad(t, func() {
		running := s.pods(t, servers)
		s.helm(t, "uninstall", "grantor", "-n", "grantor-system", "--wait")
		s.awaitNone(t, operators)
		if now := s.pods(t, servers); !slices.Equal(now, running) {
			t.Errorf("servers that ran were %v and are %v", running, now)
		}
	})
	s.kubectl(t, "get", "crd", "oauthclients.oauth.grantor.dev", "oauthservers.oauth.grantor.dev", "grants.session.grantor.dev")
	if after := s.credentials(t, "caller-oauth"); after != before {
		t.Error("the credentials are others once the operator is gone")
	}
	s.underLoad(t, func() { s.helm(t, append([]string{"install"}, chart...)...) })
	s.callAgain(t, "caller")
	if after := s.credentials(t, "caller-oauth"); after != before {
		t.Error("another installation gave the client other credentials")
	}
	s.helmTest(t)
}

// helmRemove removes the kinds, too, and with them the clients.
func (s *story) helmRemove(t *testing.T) {
	s.applyText(t, kept)
	s.kubectl(t, "wait", "-n", "shop", "oauthclient/kept", "--for=condition=Ready", "--timeout=1m")
	s.kept = s.credentials(t, "kept-oauth")
	s.kubectl(t, "delete", "pods", "-n", "shop", "--all", "--wait")
	s.kubectl(t, "delete", "oauthservers", "--all", "--all-namespaces", "--timeout=1m")
	s.awaitNone(t, servers)
	s.helm(t, "uninstall", "grantor", "-n", "grantor-system", "--wait")
	s.kubectl(t, "delete", "crd", "-l", "app.kubernetes.io/part-of=grantor", "--timeout=1m")
	s.kubectl(t, "delete", "clusterrole", "-l", "app.kubernetes.io/part-of=grantor")
	if after := s.credentials(t, "kept-oauth"); after != s.kept {
		t.Error("the kept credentials are others once everything is gone")
	}
	eventually(t, "the other clients' Secrets to go", func(ctx context.Context) error {
		names, err := s.tryKubectl(ctx, "get", "secrets", "-n", "shop", "-o", "name")
		if strings.Contains(names, "caller-oauth") {
			err = errors.Join(err, errors.New(names))
		}
		return err
	})
	s.kubectl(t, "get", "secret", "-n", "grantor-system", "default-oauth-keys")
	for _, kind := range []string{"clusterroles", "clusterrolebindings", "crds"} {
		if left := s.kubectl(t, "get", kind, "-o", "name"); strings.Contains(left, "grantor") {
			t.Errorf("there are still %s", left)
		}
	}
	s.kubectl(t, "delete", "namespace", "grantor-system")
}
