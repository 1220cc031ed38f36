//go:build e2e

package e2e

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

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

// reinstall removes the operator and the server, and leaves the kinds: clients
// keep their Secrets, and the next installation their credentials.
func (s *story) reinstall(t *testing.T) {
	s.kubectl(t, "delete", "pod", "-n", "shop", "load")
	before := s.credentials(t, "caller-oauth")
	s.removeServer(t)
	s.kubectl(t, "delete", "-k", "config/operator", "--wait")
	s.kubectl(t, "delete", "-k", "config/rbac", "--wait")
	if after := s.credentials(t, "caller-oauth"); after != before {
		t.Error("the credentials are others once the programs are gone")
	}
	s.installAgain(t)
	s.callAgain(t, "caller")
	if after := s.credentials(t, "caller-oauth"); after != before {
		t.Error("another installation gave the client other credentials")
	}
}

// startOver removes the kinds, too, and with them the clients. A Secret that is to
// be kept is adopted by the client of the next installation.
func (s *story) startOver(t *testing.T) {
	s.applyText(t, kept)
	s.kubectl(t, "wait", "-n", "shop", "oauthclient/kept", "--for=condition=Ready", "--timeout=1m")
	before := s.credentials(t, "kept-oauth")
	s.removeServer(t)
	s.kubectl(t, "delete", "-k", filepath.Join(s.root, ".local", "e2e", "install"), "--wait", "--timeout=2m")
	if after := s.credentials(t, "kept-oauth"); after != before {
		t.Error("the credentials are others once everything is gone")
	}
	eventually(t, "the other clients' Secrets to go", func(ctx context.Context) error {
		names, err := s.tryKubectl(ctx, "get", "secrets", "-n", "shop", "-o", "name")
		if strings.Contains(names, "caller-oauth") {
			err = errors.Join(err, errors.New(names))
		}
		return err
	})
	s.installAgain(t)
	eventually(t, "the client to be taken", func(ctx context.Context) error {
		_, err := s.tryApplyText(ctx, kept)
		return err
	})
	s.kubectl(t, "wait", "-n", "shop", "oauthclient/kept", "--for=condition=Ready", "--timeout=1m")
	if after := s.credentials(t, "kept-oauth"); after != before {
		t.Error("another installation gave the client other credentials")
	}
	s.callAgain(t, "kept")
}

// removeServer deletes the server; what runs it goes with it.
func (s *story) removeServer(t *testing.T) {
	t.Helper()
	s.kubectl(t, "delete", "oauthserver", "-n", "grantor-system", "default", "--wait", "--timeout=1m")
	s.kubectl(t, "wait", "-n", "grantor-system", "deployment/default-oauth", "--for=delete", "--timeout=1m")
}

func (s *story) installAgain(t *testing.T) {
	t.Helper()
	s.apply(t, firstImage)
	s.applyServer(t)
	s.kubectl(t, "wait", "-n", "grantor-system", "oauthserver/default", "--for=condition=Ready", "--timeout=2m")
}

// callAgain runs the caller with the Secret of a client.
func (s *story) callAgain(t *testing.T, client string) {
	t.Helper()
	s.kubectl(t, "delete", "pod", "-n", "shop", "--all", "--wait")
	applications := s.kubectl(t, "create", "--dry-run=client", "-f", testdata+"/applications.yaml", "-o", "yaml")
	s.applyText(t, strings.ReplaceAll(applications, "secretName: caller-oauth", "secretName: "+client+"-oauth"))
	s.insistOnAnswer(t, "caller", "shop."+client)
}

// credentials are ID and secret, for comparison only.
func (s *story) credentials(t *testing.T, secret string) [2]string {
	t.Helper()
	return [2]string{s.secret(t, secret, "client_id"), s.secret(t, secret, "client_secret")}
}
