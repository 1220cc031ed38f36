// Package compat tests that applications which were written for another system find all that
// its documentation promises them, parameter by parameter, at a running Grantor with a real API
// server. docs/reference/compatibility.md names the test of each documented behaviour.
package compat

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// grantor returns the one Grantor that the tests of this package use. They change its
// OAuthServer, so none of them is parallel.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	return shared.Grantor(t)
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
			scopes, _ := discovery(t, server.Options().URL)["scopes_supported"].([]any)
			return slices.Contains(scopes, any(string(version)))
		}, func() string { return "replica that knows the change" })
	}
}

// speaking makes the server speak as some systems, and no others.
func speaking(t testing.TB, g *installation.Installation, systems ...oauthv1alpha1.CompatibilityProfile) {
	t.Helper()
	configured(t, g, func(server *oauthv1alpha1.OAuthServer) { server.Spec.Compatibility = systems })
}

func discovery(t testing.TB, at string) map[string]any {
	t.Helper()
	return get(t, at+"/.well-known/oauth-authorization-server", nil).JSON
}

// get reads a URL as a program does.
func get(t testing.TB, at string, header http.Header) installation.Answer {
	t.Helper()
	return send(t, http.MethodGet, at, header, "")
}

// send sends a request as a program does.
func send(t testing.TB, method, at string, header http.Header, body string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, at, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		request.Header = header
	}
	return installation.Do(t, request)
}

func visitor(g *installation.Installation) *installation.Visitor {
	return installation.NewVisitor(http.DefaultTransport, g.Issuer)
}

// signedIn returns a browser whose user has signed in.
func signedIn(t testing.TB, g *installation.Installation, username string) *installation.Visitor {
	t.Helper()
	v := visitor(g)
	// How often a user can see that page is limited.
	if view := v.SignIn(t, v.Get(t, g.Issuer+"/login"), username, username+"-password"); view.URL.Path != "/account" {
		t.Fatalf("%s is not signed in: %d at %s", username, view.Status, view.URL.Path)
	}
	return v
}

// absent checks that paths are answered as any other where there is nothing.
func absent(t testing.TB, g *installation.Installation, paths ...string) {
	t.Helper()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	nowhere := get(t, g.Issuer+"/nowhere", nil)
	for _, path := range paths {
		for _, answer := range []installation.Answer{get(t, g.Issuer+path, nil), send(t, http.MethodPost, g.Issuer+path, form.Clone(), "grant_type=authorization_code")} {
			if answer.Status != http.StatusNotFound || answer.Body != nowhere.Body {
				t.Errorf("%s answers %d %s", path, answer.Status, answer.Body)
			}
		}
	}
}

// query returns a URL with parameters in the order that they are given in, as PHP and other
// clients write them.
func query(at string, pairs ...string) string {
	var out []string
	for n := 0; n < len(pairs); n += 2 {
		out = append(out, pairs[n]+"="+url.QueryEscape(pairs[n+1]))
	}
	separator := "?"
	if at == "" {
		separator = ""
	}
	return at + separator + strings.Join(out, "&")
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
