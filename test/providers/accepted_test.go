package providers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// A server that comes later makes a provider one of its own, and says its redirect URI.
func TestTheServerComesLater(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	github := r.oidc("github", "https://unused.example", func(p *provider) {
		p.Spec.ServerName, p.Spec.OIDC = "later", nil
		p.Spec.OAuth2 = &oauthv1alpha1.OAuth2Provider{Preset: oauthv1alpha1.OAuth2ProviderGitHub, ClientID: "grantor"}
	})
	installation.Create(t, r.Admin, github)
	r.awaitRefusal(t, github, "ServerNotFound")
	if github.Status.RedirectURI != "" {
		t.Errorf("without a server there is the redirect URI %q", github.Status.RedirectURI)
	}
	server := r.AddServer(t, "later")
	r.awaitRefusal(t, github, "AdmitRequired")
	installation.Edit(t, r.Admin, github, func(p *provider) { p.Spec.Admit = &oauthv1alpha1.ProviderAdmission{Groups: []string{"acme"}} })
	r.await(t, github, reasons{"Accepted": "Accepted", "CredentialsReady": "NoCredentials", "Ready": "Ready"})
	if github.Status.RedirectURI != "https://later.example/login/callback/github" || github.Status.Type != "oauth2" {
		t.Errorf("the status is %+v", github.Status)
	}
	if meta.FindStatusCondition(github.Status.Conditions, "Reachable") != nil {
		t.Error("of GitHub something is said that nobody knows")
	}
	installation.Remove(t, r.Admin, server)
	r.awaitRefusal(t, github, "ServerNotFound")
}

// metadata answers as an OpenID provider does, or not.
type metadata struct {
	*httptest.Server
	answer atomic.Value
	asked  atomic.Int64
}

func newMetadata(t testing.TB) *metadata {
	t.Helper()
	m := &metadata{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.asked.Add(1)
		text, _ := m.answer.Load().(string)
		if r.URL.Path != "/.well-known/openid-configuration" || text == "" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(m.Close)
	m.answer.Store(m.of(m.URL))
	return m
}

// of returns the metadata of an issuer.
func (m *metadata) of(issuer string) string {
	return fmt.Sprintf(`{"issuer":%q,"authorization_endpoint":"%s/a","token_endpoint":"%s/t","jwks_uri":"%s/k"}`, issuer, m.URL, m.URL, m.URL)
}

func TestReachable(t *testing.T) {
	t.Parallel()
	r, at := newRoom(t), newMetadata(t)
	corp := installation.Create(t, r.Admin, r.oidc("corp", at.URL))
	r.await(t, corp, reasons{"Accepted": "Accepted", "Reachable": "AddressNotAllowed", "Ready": "AddressNotAllowed"})
	if at.asked.Load() != 0 {
		t.Error("an address was called that is not public")
	}
	installation.Edit(t, r.Admin, r.Server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8"} })
	r.await(t, corp, reasons{"Reachable": "Reachable", "CredentialsReady": "NoCredentials", "Ready": "Ready"})
	if corp.Status.Type != "oidc" || corp.Status.RedirectURI != "https://auth.example/login/callback/corp" {
		t.Errorf("the status is %+v", corp.Status)
	}
}

// What is wrong with metadata is said, and is looked at again without a change of the object.
func TestNotReachable(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	installation.Edit(t, r.Admin, r.Server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8"} })
	for name, test := range map[string]struct{ answer, reason string }{
		"away":    {"", "ProviderUnavailable"},
		"nojson":  {"<html>", "ProviderNotUsable"},
		"another": {`{"issuer":"https://other.example","authorization_endpoint":"https://a","token_endpoint":"https://a","jwks_uri":"https://a"}`, "ProviderNotUsable"},
		"less":    {`{"issuer":"ISSUER"}`, "ProviderNotUsable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newMetadata(t)
			if test.answer == `{"issuer":"ISSUER"}` {
				test.answer = fmt.Sprintf(`{"issuer":%q}`, at.URL)
			}
			at.answer.Store(test.answer)
			p := installation.Create(t, r.Admin, r.oidc(name, at.URL))
			r.await(t, p, reasons{"Accepted": "Accepted", "Reachable": test.reason, "Ready": test.reason})
			at.answer.Store(at.of(at.URL))
			r.await(t, p, reasons{"Reachable": "Reachable", "Ready": "Ready"})
		})
	}
}
