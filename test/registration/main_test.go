// Package registration tests clients that register at the server: what they may register, what
// users are asked, and when they end, at a running Grantor with a real API server.
package registration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// sealing makes an OAuthServer register clients without a token.
func sealing(change ...func(*oauthv1alpha1.AnonymousRegistration)) func(*oauthv1alpha1.OAuthServer) {
	return func(server *oauthv1alpha1.OAuthServer) {
		server.Spec.HTTP.TrustedProxies = []oauthv1alpha1.Network{"127.0.0.0/8", "::1"}
		anonymous := oauthv1alpha1.AnonymousRegistration{
			Mode:          oauthv1alpha1.AnonymousRegistrationSealed,
			RedirectHosts: []oauthv1alpha1.RedirectHost{"localhost", "127.0.0.1", "app.example"},
			Scopes:        []oauthv1alpha1.Scope{"openid", "profile", "offline_access", "read"},
		}
		for _, f := range change {
			f(&anonymous)
		}
		server.Spec.Registration = &oauthv1alpha1.ServerRegistration{Anonymous: anonymous}
	}
}

// grantor returns the one Grantor that most tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	configured(t, g, sealing())
	return g
}

// versions counts the changes of OAuthServers.
var versions int

// configured changes the OAuthServer and waits until each replica says so: by a scope that is
// new each time.
func configured(t testing.TB, g *installation.Installation, change func(*oauthv1alpha1.OAuthServer)) {
	t.Helper()
	versions++
	version := oauthv1alpha1.Scope(fmt.Sprintf("version-%d", versions))
	g.ChangeServer(t, func(server *oauthv1alpha1.OAuthServer) {
		server.Spec.Scopes = append(slices.DeleteFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool {
			return strings.HasPrefix(string(s.Name), "version-")
		}), oauthv1alpha1.ScopeDefinition{Name: version})
		change(server)
	})
	for _, server := range g.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			scopes, _ := discovery(t, server.Options().URL).JSON["scopes_supported"].([]any)
			return slices.Contains(scopes, any(string(version)))
		}, func() string { return "replica that knows the change" })
	}
}

func discovery(t testing.TB, at string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, at+"/.well-known/oauth-authorization-server", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return installation.Do(t, request)
}

// metadata are those of an MCP client, with changes; nil removes a member.
func metadata(change map[string]any) map[string]any {
	m := map[string]any{
		"client_name": "Agent", "redirect_uris": []string{"https://app.example/callback", "http://localhost/callback"}, "token_endpoint_auth_method": "none",
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
	}
	for name, value := range change {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	return m
}

// post sends a body to the registration endpoint from an address that no other request has.
func post(t testing.TB, at string, body []byte, change ...func(*http.Request)) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, at+"/register", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256)))
	for _, f := range change {
		f(request)
	}
	return installation.Do(t, request)
}

func register(t testing.TB, at string, m map[string]any, change ...func(*http.Request)) installation.Answer {
	t.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return post(t, at, body, change...)
}

// app registers a client and returns it.
func app(t testing.TB, at string, change map[string]any) installation.App {
	t.Helper()
	answer := register(t, at, metadata(change))
	if answer.Status != http.StatusCreated {
		t.Fatalf("/register answers %d %s", answer.Status, answer.Body)
	}
	id, _ := answer.JSON["client_id"].(string)
	secret, _ := answer.JSON["client_secret"].(string)
	return installation.App{Issuer: at, ID: id, Secret: secret, Redirect: installation.Redirect}
}

func visitor(g *installation.Installation) *installation.Visitor {
	urls := []string{g.Issuer}
	for _, server := range g.Servers {
		urls = append(urls, server.Options().URL)
	}
	return installation.NewVisitor(http.DefaultTransport, urls...)
}

func userinfo(t testing.TB, at, token string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return installation.Do(t, request)
}

func contains(t testing.TB, view installation.View, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(view.Body, text) {
			t.Errorf("the page at %s does not say %q: %s", view.URL.Path, text, view.Body)
		}
	}
}

func text(values map[string]any, name string) string {
	value, _ := values[name].(string)
	return value
}

func soon() *metav1.Time {
	now := metav1.NewTime(time.Now().Add(time.Second))
	return &now
}
