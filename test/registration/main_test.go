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
	g.Configure(t, sealing())
	return g
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

func text(values map[string]any, name string) string {
	value, _ := values[name].(string)
	return value
}

func soon() *metav1.Time {
	now := metav1.NewTime(time.Now().Add(time.Second))
	return &now
}
