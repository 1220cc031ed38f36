package deployment

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestPodsReachTheServerByItsService follows a client's Secret while its server is not
// deployed, serves http, gets a certificate for one name, and one for its Service, too.
func TestPodsReachTheServerByItsService(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := newServer(namespace, "auth", func(server *oauthv1alpha1.OAuthServer) {
		server.Spec.Issuer += "/tenant"
		server.Spec.Deployment = nil
		server.Spec.Scopes = []oauthv1alpha1.ScopeDefinition{{Name: "read"}}
	})
	if err := g.Admin.Create(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	c := installation.Service(namespace, "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "auth"}
		c.Spec.Secret.Keys.InternalTokenEndpoint = "TOKEN_URL"
		c.Spec.Secret.Template = &oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{
			"internal_jwks_uri": "mine: {{ .internalJWKSURI }}", "trust": "{{ .caCertificate }}",
		}}
	})
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionTrue, "")
	holds(t, g, c, map[string]string{"internal_jwks_uri": "mine: "})
	secret := g.Value(t, c)

	changed(t, g, server, func(server *oauthv1alpha1.OAuthServer) { server.Spec.Deployment = &oauthv1alpha1.ServerDeployment{} })
	holds(t, g, c, by("http://auth-oauth."+namespace+".svc/tenant", ""))

	certificate := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "auth-tls"}, Type: corev1.SecretTypeTLS}
	authority := issue(t, certificate, "auth."+namespace+".example")
	if err := g.Admin.Create(t.Context(), certificate); err != nil {
		t.Fatal(err)
	}
	changed(t, g, server, func(server *oauthv1alpha1.OAuthServer) {
		server.Spec.TLS = &oauthv1alpha1.ServerTLS{SecretName: "auth-tls"}
	})
	holds(t, g, c, map[string]string{"internal_jwks_uri": "mine: ", "ca.crt": authority, "trust": authority})

	authority = issue(t, certificate, "auth."+namespace+".example", "auth-oauth."+namespace+".svc")
	if err := g.Admin.Update(t.Context(), certificate); err != nil {
		t.Fatal(err)
	}
	holds(t, g, c, by("https://auth-oauth."+namespace+".svc/tenant", authority))
	if g.Value(t, c) != secret {
		t.Error("the client secret changed")
	}
}

// by returns what a Secret holds about a Service at base.
func by(base, authority string) map[string]string {
	out := map[string]string{
		"TOKEN_URL": base + "/token", "internal_introspection_endpoint": base + "/introspect", "internal_jwks_uri": "mine: " + base + "/jwks",
	}
	if authority != "" {
		out["ca.crt"], out["trust"] = authority, authority
	}
	return out
}

// issue fills a Secret as cert-manager does for a private authority, and returns the
// certificate of that. Whatever else is under ca.crt is not for applications.
func issue(t *testing.T, secret *corev1.Secret, names ...string) (authority string) {
	t.Helper()
	ca, err := devenv.GenerateCA(t.TempDir(), names...)
	if err != nil {
		t.Fatal(err)
	}
	secret.Data = map[string][]byte{}
	for key, file := range map[string]string{"ca.crt": ca.CAFile, "tls.crt": ca.CertFile, "tls.key": ca.KeyFile} {
		if secret.Data[key], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	authority = string(secret.Data["ca.crt"])
	secret.Data["ca.crt"] = append([]byte("# the authority\n"+authority), secret.Data["tls.key"]...)
	return authority
}

// holds waits until a client's Secret holds this about its server's Service, and no more.
func holds(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	installation.Eventually(t, time.Minute, func() bool {
		secret := &corev1.Secret{}
		if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: c.Namespace, Name: c.ClientSecretName()}, secret); err != nil {
			t.Fatal(err)
		}
		clear(got)
		for key, value := range secret.Data {
			if strings.HasPrefix(key, "internal_") || key == "TOKEN_URL" || key == "ca.crt" || key == "trust" && len(value) > 0 {
				got[key] = string(value)
			}
		}
		return maps.Equal(got, want)
	}, func() string {
		return "other entries of the Secret: it has " + strings.Join(slices.Sorted(maps.Keys(got)), ", ")
	})
}
