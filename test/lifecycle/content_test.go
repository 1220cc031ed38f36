package lifecycle

import (
	"encoding/base64"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// secretName chooses the name of the Secret.
func secretName(name string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Name = name }
}

func TestSecretHoldsExactlyWhatAnApplicationNeeds(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "app")
	secret := g.Secret(t, c)
	remember(secret.Data["client_secret"])
	if secret.Name != "app-oauth" || c.Status.SecretName != "app-oauth" {
		t.Errorf("the Secret is %q, the status says %q", secret.Name, c.Status.SecretName)
	}
	want := map[string]string{
		"client_id":              c.Namespace + ".app",
		"issuer":                 g.Issuer,
		"authorization_endpoint": g.Issuer + "/authorize",
		"token_endpoint":         g.Issuer + "/token",
		"userinfo_endpoint":      g.Issuer + "/userinfo",
		"end_session_endpoint":   g.Issuer + "/logout",
		"introspection_endpoint": g.Issuer + "/introspect",
		"revocation_endpoint":    g.Issuer + "/revoke",
		"jwks_uri":               g.Issuer + "/jwks",

		"pushed_authorization_request_endpoint": g.Issuer + "/par", "device_authorization_endpoint": g.Issuer + "/device_authorization",
		// Service Binding for Kubernetes.
		"type":       "oauth2",
		"provider":   "grantor",
		"client-id":  c.Namespace + ".app",
		"issuer-uri": g.Issuer,
	}
	got := map[string]string{}
	for key, value := range secret.Data {
		if key != "client_secret" && key != "client-secret" {
			got[key] = string(value)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("the Secret holds %v, not %v", got, want)
	}
	if string(secret.Data["client-secret"]) != string(secret.Data["client_secret"]) {
		t.Error("the Secret holds two client secrets")
	}
	if c.Status.Binding == nil || c.Status.Binding.Name != secret.Name {
		t.Errorf("the status binds %v", c.Status.Binding)
	}
	random, err := base64.RawURLEncoding.DecodeString(string(secret.Data["client_secret"]))
	if err != nil || len(random) != 32 {
		t.Errorf("the client secret is not 256 bits: %d bytes, %v", len(random), err)
	}
	if secret.Type != corev1.SecretTypeOpaque {
		t.Errorf("the Secret has type %s", secret.Type)
	}
	if owner := metav1.GetControllerOf(secret); owner == nil || owner.UID != c.UID {
		t.Errorf("the client does not own the Secret: %v", secret.OwnerReferences)
	}
	if len(c.Finalizers)+len(secret.Finalizers) > 0 {
		t.Error("there are finalizers")
	}
}

// entries is how many keys a Secret has that nothing was added to.
const entries = 17

func TestSecretHasTheNameAndKeysThatWereChosen(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "picky", secretName("login.example"), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ClientID = c.Namespace + ".chosen"
		c.Spec.Secret.Keys = oauthv1alpha1.SecretKeys{ClientID: "OIDC_ID", ClientSecret: "OIDC_SECRET", Issuer: "OIDC_URL", AuthorizationEndpoint: "OIDC_AUTH"}
	})
	secret := g.Secret(t, c)
	remember(secret.Data["OIDC_SECRET"])
	if secret.Name != "login.example" || len(secret.Data) != entries {
		t.Errorf("Secret %q has %d entries", secret.Name, len(secret.Data))
	}
	if string(secret.Data["OIDC_ID"]) != c.Namespace+".chosen" || string(secret.Data["OIDC_URL"]) != g.Issuer {
		t.Errorf("the chosen keys hold %q and %q", secret.Data["OIDC_ID"], secret.Data["OIDC_URL"])
	}
	if now := string(secret.Data["OIDC_AUTH"]); now != g.Issuer+"/authorize" {
		t.Errorf("the chosen key holds the authorization endpoint %q", now)
	}
	authenticates(t, g, c, string(secret.Data["OIDC_SECRET"]), installation.Effective)
}

// Labels and annotations of others stay; data is the operator's alone.
func TestLabelsOfOthersStayOnTheSecret(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "labelled")
	first := value(t, g, c)
	edit(t, g, g.Secret(t, c), func(s *corev1.Secret) {
		metav1.SetMetaDataLabel(&s.ObjectMeta, "example.com/theirs", "yes")
		metav1.SetMetaDataAnnotation(&s.ObjectMeta, "example.com/theirs", "yes")
		s.Data["added"] = []byte("by hand")
	})
	secret := awaitSecret(t, g, c, "no added entry", func(s *corev1.Secret) bool { return s.Data["added"] == nil })
	if secret.Labels["example.com/theirs"] != "yes" || secret.Annotations["example.com/theirs"] != "yes" {
		t.Error("a label or annotation of others is gone")
	}
	if string(secret.Data["client_secret"]) != first {
		t.Error("the client secret changed")
	}
}
