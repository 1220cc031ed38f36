package startpage

import (
	"html"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{TLS: true, Servers: 2}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// shown returns an OAuthClient, not yet created, that asks for the start page.
func shown(namespace, name, displayName, uri string, changes ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	c := installation.Application(namespace, name, changes...)
	c.Spec.DisplayName, c.Spec.ClientURI, c.Spec.StartPage = displayName, oauthv1alpha1.WebURI(uri), oauthv1alpha1.StartPageShow
	return c
}

// allow creates a policy for a namespace, which allows hosts on the start page.
func allow(t testing.TB, g *installation.Installation, namespace string, hosts ...oauthv1alpha1.HostPattern) *oauthv1alpha1.OAuthClientPolicy {
	t.Helper()
	p := &oauthv1alpha1.OAuthClientPolicy{}
	p.Namespace, p.Name = devenv.SystemNamespace, namespace
	p.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": namespace}
	p.Spec.StartPageHosts = hosts
	if err := g.Admin.Create(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.IgnoreNotFound(g.Admin.Delete(t.Context(), p)) })
	return p
}

// browser is one in which a user has signed in at the start page.
func browser(t testing.TB, g *installation.Installation, username string) *installation.Visitor {
	t.Helper()
	v := g.Visitor()
	view := v.SignIn(t, v.Get(t, g.Issuer+"/applications"), username, username+"-password")
	if view.Status != http.StatusOK || view.URL.Path != "/applications" {
		t.Fatalf("signing in leads to %s: %d", view.URL.Path, view.Status)
	}
	return v
}

var link = regexp.MustCompile(`<a href="([^"]*)" rel="noopener noreferrer"><bdi>([^<]*)</bdi></a>`)

// listed are the names and links on a page, in its order.
func listed(view installation.View) string {
	var out []string
	for _, found := range link.FindAllStringSubmatch(view.Body, -1) {
		out = append(out, html.UnescapeString(found[2])+" "+html.UnescapeString(found[1]))
	}
	return strings.Join(out, ", ")
}

// becomes waits until the start page lists something at all replicas.
func becomes(t testing.TB, g *installation.Installation, v *installation.Visitor, query, want string) {
	t.Helper()
	var got string
	installation.Eventually(t, installation.Effective, func() bool {
		for _, server := range g.Servers {
			if got = listed(v.Get(t, server.Options().URL+"/applications"+query)); got != want {
				return false
			}
		}
		return true
	}, func() string { return "start page with " + want + "; it has " + got })
}
