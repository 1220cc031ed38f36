package cloverdx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// TestSample authorizes the OAuthClients of config/samples/cloverdx as their comments say, at
// each of their redirect URIs.
func TestSample(t *testing.T) {
	g := shared.Grantor(t)
	for _, object := range sample(t) {
		t.Run(object.Name, func(t *testing.T) {
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: object.Namespace}}
			if err := client.IgnoreAlreadyExists(g.Admin.Create(t.Context(), namespace)); err != nil {
				t.Fatal(err)
			}
			c := told(t, g.Create(t, object))
			c.Scopes = "profile email"
			for _, redirect := range redirects(object) {
				c.RedirectURL = redirect
				c.authorize(t, browser(t))
				c.ahead += 25 * time.Hour
				refreshTogether(t, jobsOf(t, c))
			}
		})
	}
}

func sample(t *testing.T) []*oauthv1alpha1.OAuthClient {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "config", "samples", "cloverdx", "oauthclients.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var objects []*oauthv1alpha1.OAuthClient
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		object := &oauthv1alpha1.OAuthClient{}
		if err := yaml.UnmarshalStrict([]byte(document), object); err != nil {
			t.Fatal(err)
		}
		objects = append(objects, object)
	}
	if len(objects) != 2 {
		t.Fatalf("the sample has %d objects", len(objects))
	}
	return objects
}

// redirects are those that a connection would have: a local one has the port of its dialog.
func redirects(object *oauthv1alpha1.OAuthClient) []string {
	var out []string
	for _, uri := range object.Spec.RedirectURIs {
		out = append(out, strings.Replace(string(uri), "http://localhost/", "http://localhost:8083/", 1))
	}
	return out
}
