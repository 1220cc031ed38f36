package lifecycle

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

type (
	texts       = map[string]oauthv1alpha1.SecretTemplateText
	labels      = map[string]oauthv1alpha1.SecretTemplateLabel
	annotations = map[string]oauthv1alpha1.SecretTemplateAnnotation
)

func template(template oauthv1alpha1.SecretTemplate) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Template = &template }
}

func TestTemplateFillsTheSecret(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "grafana", template(oauthv1alpha1.SecretTemplate{
		Type: "servicebinding.io/oauth2",
		Metadata: oauthv1alpha1.SecretTemplateMetadata{
			Labels: labels{"team": "a"}, Annotations: annotations{"reloader.stakater.com/match": "true"},
		},
		Data: texts{
			"GF_AUTH_GENERIC_OAUTH_CLIENT_ID":     "{{ .clientID }}",
			"GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET": "{{ .clientSecret }}",
			"GF_AUTH_GENERIC_OAUTH_TOKEN_URL":     "{{ .tokenEndpoint }}",
			"GF_AUTH_GENERIC_OAUTH_SCOPES":        `{{ join .scopes " " }}`,
			"basic":                               "{{ b64enc .clientSecret }}",
		},
	}))
	first := value(t, g, c)
	filled := func(value string) func(*corev1.Secret) bool {
		return func(s *corev1.Secret) bool {
			return string(s.Data["GF_AUTH_GENERIC_OAUTH_CLIENT_ID"]) == c.ClientID() && string(s.Data["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"]) == value &&
				string(s.Data["client_secret"]) == value && string(s.Data["GF_AUTH_GENERIC_OAUTH_TOKEN_URL"]) == g.Issuer+"/token" &&
				string(s.Data["GF_AUTH_GENERIC_OAUTH_SCOPES"]) == "read" && s.Labels["team"] == "a" && s.Annotations["reloader.stakater.com/match"] == "true"
		}
	}
	secret := g.Secret(t, c)
	if !filled(first)(secret) || secret.Type != "servicebinding.io/oauth2" {
		t.Fatalf("the Secret of type %s has the labels %v and annotations %v", secret.Type, secret.Labels, secret.Annotations)
	}

	// A rotation is one update: never one value here and another there.
	edit(t, g, c, requestRotation(time.Now(), time.Hour))
	second := awaitWhole(t, g, c, first)
	if !filled(second)(g.Secret(t, c)) {
		t.Error("after a rotation the Secret does not hold what the template says")
	}
	edit(t, g, g.Secret(t, c), func(s *corev1.Secret) {
		delete(s.Labels, "team")
		s.Data["GF_AUTH_GENERIC_OAUTH_SCOPES"] = []byte("everything")
	})
	awaitSecret(t, g, c, "what the template says", filled(second))

	edit(t, g, c, template(oauthv1alpha1.SecretTemplate{Type: "servicebinding.io/oauth2"}))
	after := awaitSecret(t, g, c, "nothing of the template", func(s *corev1.Secret) bool { return len(s.Data) == entries })
	if after.Labels["team"] != "" || after.Annotations["reloader.stakater.com/match"] != "" || string(after.Data["client_secret"]) != second {
		t.Errorf("labels %v and annotations %v are left, or the value changed", after.Labels, after.Annotations)
	}
}

// awaitWhole waits for another value and fails if a Secret ever holds two.
func awaitWhole(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, former string) string {
	t.Helper()
	secret := awaitSecret(t, g, c, "another client secret", func(s *corev1.Secret) bool {
		now := string(s.Data["client_secret"])
		if now != string(s.Data["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"]) || now != string(s.Data["client-secret"]) {
			t.Fatal("the Secret holds two values")
		}
		return now != former
	})
	return string(secret.Data["client_secret"])
}

// A bad template is told, quotes no value, and leaves the Secret as it is, on a new
// client and on one that was ready.
func TestBadTemplateIsTold(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "templated", template(oauthv1alpha1.SecretTemplate{Data: texts{"URL": "{{ .issuer }}"}}))
	first, version := value(t, g, c), g.Secret(t, c).ResourceVersion
	bad := map[string]oauthv1alpha1.SecretTemplate{
		"an unknown value":       {Data: texts{"A": "{{ .owner }}"}},
		"a field of a value":     {Data: texts{"A": "{{ .clientSecret.x }}"}},
		"no template at all":     {Data: texts{"A": "{{ .clientSecret"}},
		"an environment":         {Data: texts{"A": `{{ env "HOME" }}`}},
		"a long loop":            {Data: texts{"A": "{{ range 1000000000 }}{{ end }}"}},
		"recursion":              {Data: texts{"A": `{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}`}},
		"a large result":         {Data: texts{"A": oauthv1alpha1.SecretTemplateText("{{ .clientSecret" + strings.Repeat("|quote|b64enc", 500) + " }}")}},
		"a key in use":           {Data: texts{"client_secret": "mine"}},
		"a key that cannot be":   {Data: texts{"a/b": "x"}},
		"our labels":             {Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: labels{oauthv1alpha1.LabelClientUID: "other"}}},
		"our annotations":        {Metadata: oauthv1alpha1.SecretTemplateMetadata{Annotations: annotations{oauthv1alpha1.AnnotationClient: "other"}}},
		"a tracking label":       {Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: labels{"app.kubernetes.io/instance": "app"}}},
		"a tracking annotation":  {Metadata: oauthv1alpha1.SecretTemplateMetadata{Annotations: annotations{"argocd.argoproj.io/tracking-id": "app"}}},
		"what kubectl remembers": {Metadata: oauthv1alpha1.SecretTemplateMetadata{Annotations: annotations{corev1.LastAppliedConfigAnnotation: "{}"}}},
		"a label that cannot be": {Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: labels{"team": "no label"}}},
	}
	fresh := map[string]*oauthv1alpha1.OAuthClient{}
	for name, one := range bad {
		fresh[name] = create(t, g, installation.Service(ns, strings.ReplaceAll(name, " ", "-"), template(one)))
	}
	for name, one := range bad {
		edit(t, g, c, template(one))
		now := stalled(t, g, c, oauthv1alpha1.ReasonTemplateRefused)
		message := messageOf(now, oauthv1alpha1.ConditionReady)
		if !strings.Contains(message, "spec.secret.template") || strings.Contains(message, first[:8]) {
			t.Errorf("%s: the message is %q", name, message)
		}
		if g.Secret(t, c).ResourceVersion != version {
			t.Fatalf("%s: the Secret was written", name)
		}
		now = stalled(t, g, fresh[name], oauthv1alpha1.ReasonTemplateRefused)
		if len(now.Status.Credentials) > 0 || exists(t, g, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: now.ClientSecretName()}}) {
			t.Errorf("%s: a secret was made for a Secret that cannot be", name)
		}
	}
	stillAuthenticates(t, g, c, first, "a bad template")
	edit(t, g, c, template(oauthv1alpha1.SecretTemplate{Data: texts{"URL": "{{ .issuer }}"}}))
	ready(t, g, c)
	if g.Secret(t, c).ResourceVersion != version {
		t.Error("the Secret was written although nothing changed in the end")
	}
}

// There is no way to set what a Secret belongs to or where it is, and none to make one
// that means something to Kubernetes.
func TestTemplateCannotSetOwnerNamespaceOrType(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns, other := namespace(t), namespace(t)
	c := installation.Service(ns, "ambitious").DeepCopy()
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": oauthv1alpha1.GroupVersion.String(), "kind": "OAuthClient",
		"metadata": map[string]any{"namespace": ns, "name": c.Name},
		"spec": map[string]any{
			"grantTypes": []any{"client_credentials"}, "scopes": []any{"read"},
			"secret": map[string]any{"template": map[string]any{
				"immutable": true, "kind": "ConfigMap", "apiVersion": "v2",
				"metadata": map[string]any{
					"name": "elsewhere", "namespace": other, "finalizers": []any{"example.com/never"}, "labels": map[string]any{"team": "a"},
					"ownerReferences": []any{map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "x", "controller": true}},
				},
			}},
		},
	}}
	strict := client.NewNamespacedClient(g.Admin, ns)
	if err := strict.Create(t.Context(), object.DeepCopy(), client.FieldValidation("Strict")); !apierrors.IsBadRequest(err) {
		t.Errorf("strict validation answers %v", err)
	}
	if err := g.Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	ready(t, g, c)
	secret := g.Secret(t, reload(t, g, c))
	if owner := metav1.GetControllerOf(secret); owner == nil || owner.UID != c.UID || len(secret.OwnerReferences) != 1 {
		t.Errorf("the Secret belongs to %v", secret.OwnerReferences)
	}
	if secret.Immutable != nil || len(secret.Finalizers) > 0 || secret.Labels["team"] != "a" {
		t.Errorf("the Secret is %+v", secret.ObjectMeta)
	}
	if exists(t, g, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: other, Name: "elsewhere"}}) {
		t.Error("a Secret was written into another namespace")
	}
	for _, kind := range []string{"kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token", "kubernetes.io/tls"} {
		err := g.Admin.Create(t.Context(), installation.Service(ns, "typed", template(oauthv1alpha1.SecretTemplate{Type: kind})))
		if !apierrors.IsInvalid(err) {
			t.Errorf("type %s: %v", kind, err)
		}
	}
}

// GitOps tools find what they applied by labels and annotations, and delete what they
// find and did not apply.
func TestTrackingLabelsAreNotPassedOn(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	tracking := map[string]string{
		"argocd.argoproj.io/instance": "app", "app.kubernetes.io/instance": "app", "kustomize.toolkit.fluxcd.io/name": "app",
		"helm.toolkit.fluxcd.io/name": "app", "app.kubernetes.io/managed-by": "Helm",
	}
	c := service(t, g, namespace(t), "tracked", func(c *oauthv1alpha1.OAuthClient) {
		c.Labels = tracking
		c.Annotations = map[string]string{"argocd.argoproj.io/tracking-id": "app:x", "meta.helm.sh/release-name": "app", corev1.LastAppliedConfigAnnotation: "{}"}
	})
	secret := g.Secret(t, c)
	for key := range c.Labels {
		if _, there := secret.Labels[key]; there {
			t.Errorf("the Secret has the label %s", key)
		}
	}
	for key := range c.Annotations {
		if _, there := secret.Annotations[key]; there {
			t.Errorf("the Secret has the annotation %s", key)
		}
	}
}
