package manifest

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const uid types.UID = "8a6d2f3c-0000-4000-8000-000000000001"

// secret returns a client secret of the usual length.
func secret(name string) string { return name + "-0123456789-0123456789-0123456789" }

// templated returns the inputs of a client with a template.
func templated(template *oauthv1alpha1.SecretTemplate) Inputs {
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "app", UID: uid}}
	c.Spec.Secret.Template = template
	server := &oauthv1alpha1.OAuthServer{Spec: oauthv1alpha1.OAuthServerSpec{Issuer: "https://id.example"}}
	return Inputs{Client: c, Server: server}
}

func wanted(t testing.TB, in Inputs, current *corev1.Secret) *corev1.Secret {
	t.Helper()
	s, err := Desired(in, current, secret("a"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSecretTellsServiceBinding(t *testing.T) {
	in := templated(nil)
	for key, want := range map[string]string{
		"type": "oauth2", "provider": "grantor", "client-id": "team.app", "client-secret": secret("a"), "issuer-uri": "https://id.example",
	} {
		if got := string(wanted(t, in, nil).Data[key]); got != want {
			t.Errorf("%s is %q, not %q", key, got, want)
		}
	}
	public, err := Desired(in, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"client_secret", "client-secret"} {
		if _, there := public.Data[key]; there {
			t.Errorf("the Secret of a client without secret has the key %s", key)
		}
	}
}

// Whoever names keys of his own means them.
func TestNamedKeysWinOverThoseOfServiceBinding(t *testing.T) {
	in := templated(nil)
	in.Client.Spec.Secret.Keys = oauthv1alpha1.SecretKeys{ClientID: "type", ClientSecret: "client-id"}
	data := wanted(t, in, nil).Data
	if string(data["type"]) != "team.app" || string(data["client-id"]) != secret("a") {
		t.Errorf("type is %q, client-id is %q", data["type"], data["client-id"])
	}
	public, err := Desired(in, nil, "")
	if _, there := public.Data["client-id"]; there || err != nil {
		t.Errorf("the key of the client secret holds something else: %v", err)
	}
}

func TestTemplateData(t *testing.T) {
	in := templated(&oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{
		"LINE": "{{ .clientID }} {{ .clientSecret }} {{ .tokenEndpoint }} {{ .namespace }}/{{ .name }} {{ toJson .scopes }}", "provider": "keycloak",
	}})
	data := wanted(t, in, nil).Data
	if want := "team.app " + secret("a") + " https://id.example/token team/app []"; string(data["LINE"]) != want {
		t.Errorf("%q, not %q", data["LINE"], want)
	}
	if string(data["provider"]) != "keycloak" || string(data["client_id"]) != "team.app" {
		t.Errorf("provider is %q, client_id is %q", data["provider"], data["client_id"])
	}
}

func TestTemplateIsCheckedBeforeAnythingIsDone(t *testing.T) {
	long := strings.Repeat("a", 4096)
	for sentence, test := range map[string]struct {
		template oauthv1alpha1.SecretTemplate
		says     string
	}{
		"an empty template":              {},
		"a good template":                {template: oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{"A": "{{ .issuer }}"}}},
		"a value that does not exist":    {template: oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{"A": "{{ .owner }}"}}, says: "spec.secret.template.data[A]"},
		"the key of the client secret":   {template: oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{"client_secret": "x"}}, says: "spec.secret.keys"},
		"the key of an endpoint":         {template: oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{"token_endpoint": "x"}}, says: "spec.secret.keys"},
		"a key that a Secret can't have": {template: oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{"a/b": "x"}}, says: "a/b"},
		"our own label":                  {template: oauthv1alpha1.SecretTemplate{Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: map[string]oauthv1alpha1.SecretTemplateLabel{oauthv1alpha1.LabelClientUID: "x"}}}, says: "grantor.dev"},
		"the mark of Argo CD":            {template: oauthv1alpha1.SecretTemplate{Metadata: oauthv1alpha1.SecretTemplateMetadata{Annotations: map[string]oauthv1alpha1.SecretTemplateAnnotation{"argocd.argoproj.io/tracking-id": "x"}}}, says: "argoproj.io"},
		"a large annotation":             {template: oauthv1alpha1.SecretTemplate{Metadata: oauthv1alpha1.SecretTemplateMetadata{Annotations: map[string]oauthv1alpha1.SecretTemplateAnnotation{"a": oauthv1alpha1.SecretTemplateAnnotation(long)}}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := CheckTemplate(templated(&test.template))
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, not %q", err, test.says)
			}
		})
	}
}

// What a template set goes with the template; what others set stays.
func TestTemplateMetadataComesAndGoes(t *testing.T) {
	before := wanted(t, templated(nil), nil)
	before.Labels["others"], before.Annotations["others"] = "stay", "stay"
	first := wanted(t, templated(&oauthv1alpha1.SecretTemplate{Metadata: oauthv1alpha1.SecretTemplateMetadata{
		Labels:      map[string]oauthv1alpha1.SecretTemplateLabel{"team": "a", "tier": "b"},
		Annotations: map[string]oauthv1alpha1.SecretTemplateAnnotation{"reloader.stakater.com/match": "true"},
	}}), before)
	if first.Labels["team"] != "a" || first.Labels["tier"] != "b" || first.Annotations["reloader.stakater.com/match"] != "true" {
		t.Errorf("labels %v and annotations %v", first.Labels, first.Annotations)
	}
	second := wanted(t, templated(&oauthv1alpha1.SecretTemplate{Metadata: oauthv1alpha1.SecretTemplateMetadata{
		Labels: map[string]oauthv1alpha1.SecretTemplateLabel{"team": "c"},
	}}), first)
	if _, there := second.Labels["tier"]; there || second.Labels["team"] != "c" || second.Labels["others"] != "stay" {
		t.Errorf("labels %v", second.Labels)
	}
	if _, there := second.Annotations["reloader.stakater.com/match"]; there || second.Annotations["others"] != "stay" {
		t.Errorf("annotations %v", second.Annotations)
	}
	if after := wanted(t, templated(nil), second); !Same(after, before) {
		t.Errorf("labels %v and annotations %v are left", after.Labels, after.Annotations)
	}
	if again := wanted(t, templated(nil), before); !Same(again, before) {
		t.Error("a Secret without a template is never done")
	}
}

// Some types of Kubernetes make the cluster act; none is ever written.
func TestSecretType(t *testing.T) {
	for name, want := range map[string]corev1.SecretType{
		"": corev1.SecretTypeOpaque, "Opaque": corev1.SecretTypeOpaque, "servicebinding.io/oauth2": "servicebinding.io/oauth2",
		"kubernetes.io/service-account-token": corev1.SecretTypeOpaque, "bootstrap.kubernetes.io/token": corev1.SecretTypeOpaque,
		"kubernetes.io": corev1.SecretTypeOpaque, "helm.sh/release.v1": corev1.SecretTypeOpaque,
	} {
		in := templated(&oauthv1alpha1.SecretTemplate{Type: name})
		if got := wanted(t, in, nil).Type; got != want {
			t.Errorf("%q gives a Secret of type %q", name, got)
		}
	}
	own := marked(func(s *corev1.Secret) { s.Type = "servicebinding.io/oauth2" })
	if c := templated(&oauthv1alpha1.SecretTemplate{Type: "servicebinding.io/oauth2"}).Client; !Owned(own, c) {
		t.Error("a Secret of the client's type is not its own")
	}
	if Owned(own, templated(nil).Client) {
		t.Error("a Secret of another type is the client's own")
	}
}
