package oauthtokens

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestWhichProvidersANamespaceMayUse applies what the guide says to a namespace.
func TestWhichProvidersANamespaceMayUse(t *testing.T) {
	t.Parallel()
	s := newScene(t, machine)
	page, err := os.ReadFile("../../docs/guides/oauth-tokens.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "```yaml\napiVersion: admissionregistration.k8s.io/v1")
	text, _, _ = strings.Cut(text, "```")
	for document := range strings.SplitSeq("apiVersion: admissionregistration.k8s.io/v1"+text, "---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &object.Object); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(object.GetKind(), "Binding") {
			only := map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": s.token.Namespace}}
			if err := unstructured.SetNestedMap(object.Object, only, "spec", "matchResources", "namespaceSelector"); err != nil {
				t.Fatal(err)
			}
		}
		s.create(object)
		t.Cleanup(func() { _ = s.admin.Delete(context.WithoutCancel(t.Context()), object) })
	}
	try := func(provider oauthv1alpha1.TokenProvider) error {
		object := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: s.token.Namespace, Name: "try"}, Spec: *s.token.Spec.DeepCopy()}
		object.Spec.Provider, object.Spec.Grant = &provider, machine
		return s.admin.Create(t.Context(), object, client.DryRunAll)
	}
	custom := func(issuer, endpoint string) oauthv1alpha1.TokenProvider {
		return oauthv1alpha1.TokenProvider{Custom: &oauthv1alpha1.TokenCustomProvider{
			Issuer: oauthv1alpha1.WebURI(issuer), TokenEndpoint: oauthv1alpha1.WebURI(endpoint)}}
	}
	installation.Eventually(t, time.Minute, func() bool { return apierrors.IsInvalid(try(custom("https://elsewhere.example", ""))) },
		func() string { return "the policy to refuse another issuer" })
	if err := try(custom("", "https://idp.example.com.elsewhere.example/token")); err == nil {
		t.Error("another token endpoint is accepted")
	}
	for _, provider := range []oauthv1alpha1.TokenProvider{
		custom("https://idp.example.com/tenant", ""), custom("", "https://idp.example.com:8443/token"),
		{Preset: oauthv1alpha1.TokenProviderAzure, TenantID: "common"},
	} {
		if err := try(provider); err != nil {
			t.Error(err)
		}
	}
}
