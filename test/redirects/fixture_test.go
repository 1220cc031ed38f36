package redirects

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// within is how long a change may take from the API server to every replica.
const within = 5 * time.Second

// from returns a change of an application: its redirect URIs are those of sources.
func from(sources ...oauthv1alpha1.RedirectSource) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs, c.Spec.RedirectURIsFrom = nil, sources
	}
}

func ingressSource(name string) oauthv1alpha1.RedirectSource {
	return oauthv1alpha1.RedirectSource{Kind: oauthv1alpha1.RedirectSourceIngress, Name: name, Path: "/callback", PostLogoutPath: "/bye"}
}

// application creates a client without waiting for it.
func application(t *testing.T, namespace string, changes ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	t.Helper()
	c := installation.Application(namespace, "app", changes...)
	if err := shared.Grantor(t).Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// manifest reads an object.
func manifest(t *testing.T, text string, args ...any) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(fmt.Appendf(nil, text, args...), object); err != nil {
		t.Fatal(err)
	}
	return object
}

// ingress creates an Ingress with hosts.
func ingress(t *testing.T, namespace, name string, hosts ...string) *unstructured.Unstructured {
	t.Helper()
	object := manifest(t, `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {namespace: %s, name: %s}
spec:
  defaultBackend: {service: {name: app, port: {number: 80}}}
`, namespace, name)
	setHosts(object, hosts)
	if err := shared.Grantor(t).Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	return object
}

func setHosts(object *unstructured.Unstructured, hosts []string) {
	var rules []any
	for _, host := range hosts {
		rules = append(rules, map[string]any{"host": host})
	}
	_ = unstructured.SetNestedSlice(object.Object, rules, "spec", "rules")
}

// edit changes an object as a person would.
func edit[T client.Object](t *testing.T, object T, change func(T)) {
	t.Helper()
	installation.Edit(t, shared.Grantor(t).Admin, object, change)
}

// answers returns what a replica makes of an authorization request of the client.
func answers(t *testing.T, replica string, c *oauthv1alpha1.OAuthClient, redirect string) installation.View {
	t.Helper()
	app := installation.App{Issuer: replica, ID: c.ClientID(), Redirect: redirect, Object: c}
	to, _ := app.AuthorizationURL(url.Values{})
	return installation.NewVisitor(http.DefaultTransport, replica).Get(t, to)
}

// counts reports whether a replica takes a redirect URI of the client.
func counts(t *testing.T, replica string, c *oauthv1alpha1.OAuthClient, redirect string) bool {
	t.Helper()
	view := answers(t, replica, c, redirect)
	_, login := view.LoginForm()
	if !login && (view.Status != http.StatusBadRequest || view.Elsewhere != nil) {
		t.Errorf("%s is answered %d to %v", redirect, view.Status, view.Elsewhere)
	}
	return login
}

// countEverywhere waits until every replica takes a redirect URI, or none does.
func countEverywhere(t *testing.T, c *oauthv1alpha1.OAuthClient, redirect string, wanted bool) {
	t.Helper()
	for _, server := range shared.Grantor(t).Servers {
		installation.Eventually(t, within, func() bool { return counts(t, server.Options().URL, c, redirect) == wanted },
			func() string { return fmt.Sprintf("replica for which %s counts: %v", redirect, wanted) })
	}
}
