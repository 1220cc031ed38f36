package gitops

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// applications are the samples, by file.
func applications(t testing.TB) map[string][]*oauthv1alpha1.OAuthClient {
	t.Helper()
	files, err := filepath.Glob(in(t, "config", "samples", "applications", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]*oauthv1alpha1.OAuthClient{}
	for _, file := range files {
		if filepath.Base(file) == "kustomization.yaml" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			c := &oauthv1alpha1.OAuthClient{}
			if err := yaml.UnmarshalStrict([]byte(document), c); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			out[filepath.Base(file)] = append(out[filepath.Base(file)], c)
		}
	}
	if len(out) < 10 {
		t.Fatalf("found only %d samples", len(out))
	}
	return out
}

// inNamespace makes sure of an object's namespace, which may be one of the cluster's
// own.
func inNamespace(t testing.TB, g *installation.Installation, name string) {
	t.Helper()
	err := g.Admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

// TestApplicationsSignUsersIn: each sample is accepted as it is, and each of its
// redirect URIs gets a code that its way of authentication redeems, with PKCE where
// the sample says that the application knows it and without where not.
func TestApplicationsSignUsersIn(t *testing.T) {
	g := shared.Grantor(t)
	for file, clients := range applications(t) {
		for _, c := range clients {
			t.Run(file+" "+c.Name, func(t *testing.T) {
				inNamespace(t, g, c.Namespace)
				c = g.Create(t, c)
				for _, uri := range c.Spec.RedirectURIs {
					signInTo(t, g, c, string(uri))
				}
			})
		}
	}
}

// signInTo signs alice in to an application that behaves as its sample says.
func signInTo(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient, redirect string) {
	t.Helper()
	app := installation.App{Issuer: g.Issuer, ID: c.ClientID(), Redirect: redirect, Object: c}
	var scopes []string
	for _, scope := range c.Spec.Scopes {
		scopes = append(scopes, string(scope))
	}
	request := url.Values{"scope": {strings.Join(scopes, " ")}}
	if c.Spec.PKCE == oauthv1alpha1.PKCEOptional {
		request["code_challenge"], request["code_challenge_method"] = nil, nil
	}
	// A replica knows of a new client some milliseconds later than the operator.
	to, _ := app.AuthorizationURL(nil)
	installation.Eventually(t, installation.Effective, func() bool {
		_, known := installation.NewVisitor(http.DefaultTransport, g.Issuer).Get(t, to).LoginForm()
		return known
	}, func() string { return "server that knows " + app.ID })

	code, verifier := app.Code(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", request)
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}}
	if c.Spec.PKCE != oauthv1alpha1.PKCEOptional {
		form.Set("code_verifier", verifier)
	}
	id, secret := app.ID, string(g.Secret(t, c).Data[cmp.Or(string(c.Spec.Secret.Keys.ClientSecret), "client_secret")])
	if c.Spec.Authentication.Method != oauthv1alpha1.AuthenticationBasic {
		form.Set("client_id", id)
		id = ""
	}
	if c.Spec.Authentication.Method == oauthv1alpha1.AuthenticationPost {
		form.Set("client_secret", secret)
	}
	answer := installation.Post(t, g.Issuer+"/token", id, secret, form)
	if answer.Status != http.StatusOK || answer.JSON["id_token"] == nil {
		t.Errorf("no tokens for %s at %s: %d %s", app.ID, redirect, answer.Status, answer.Code())
	}
}

// TestTheGuideListsTheApplications: no sample without a row, no row without a sample.
func TestTheGuideListsTheApplications(t *testing.T) {
	page, err := os.ReadFile(in(t, "docs", "guides", "applications.md"))
	if err != nil {
		t.Fatal(err)
	}
	for file, clients := range applications(t) {
		if !strings.Contains(string(page), "config/samples/applications/"+file) {
			t.Errorf("the guide has no row for %s", file)
		}
		for _, c := range clients {
			for _, uri := range c.Spec.RedirectURIs {
				if u, err := url.Parse(string(uri)); err == nil && !strings.Contains(string(page), "`"+u.RequestURI()+"`") && u.Path != "" {
					t.Errorf("the guide does not name the path %s of %s", u.RequestURI(), file)
				}
			}
		}
	}
}
