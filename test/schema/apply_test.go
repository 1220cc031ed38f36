package schema

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// TestApplyingTwiceChangesNothing: GitOps tools apply the same manifest again and
// again.
func TestApplyingTwiceChangesNothing(t *testing.T) {
	namespace := devenv.Namespace(t, cluster.Kube(t).Config)
	manifests := map[string]string{
		"OAuthClient full":          full["OAuthClient"],
		"OAuthClientPolicy full":    full["OAuthClientPolicy"],
		"OAuthClientPolicy minimal": "{apiVersion: oauth.grantor.dev/v1alpha1, kind: OAuthClientPolicy, metadata: {name: minimal}, spec: {namespaceSelector: {}}}",
		"OAuthServer full":          full["OAuthServer"],
		"OAuthToken full":           full["OAuthToken"],
		"OAuthToken minimal":        "{apiVersion: oauth.grantor.dev/v1alpha1, kind: OAuthToken, metadata: {name: minimal}, spec: {clientRef: {name: app}, grant: client_credentials}}",
		"Grant full":                full["Grant"],
		"Login full":                full["Login"],
		"Consent full":              full["Consent"],
		"Mark full":                 full["Mark"],
		"OAuthUser full":            full["OAuthUser"],
		"OAuthUser minimal":         "{apiVersion: oauth.grantor.dev/v1alpha1, kind: OAuthUser, metadata: {name: minimal}, spec: {username: bob, passwordSecretRef: {name: bob}}}",
		"OAuthClient minimal":       "{apiVersion: oauth.grantor.dev/v1alpha1, kind: OAuthClient, metadata: {name: minimal}, spec: {grantTypes: [client_credentials], secret: {}}}",
		"OAuthServer minimal":       "{apiVersion: oauth.grantor.dev/v1alpha1, kind: OAuthServer, metadata: {name: minimal}, spec: {issuer: 'https://id.example'}}",
	}
	for name, text := range manifests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := namespaced(changed(parse(t, text), fields{"status": nil}), namespace)
			objects := api(t, object.GetKind(), namespace)
			apply := func() (int64, string) {
				made, err := objects.Apply(context.Background(), object.GetName(), object, metav1.ApplyOptions{FieldManager: "gitops"})
				if err != nil {
					t.Fatal(err)
				}
				return made.GetGeneration(), made.GetResourceVersion()
			}
			first, _ := apply()
			// The second time the API server itself may store the default status,
			// which it drops from what it creates.
			second, version := apply()
			third, versionAgain := apply()
			if first != second || second != third || version != versionAgain {
				t.Errorf("generations %d, %d, %d; resource version %s became %s", first, second, third, version, versionAgain)
			}
		})
	}
}
