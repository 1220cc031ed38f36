package gitops

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/migrate"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestImportedClientsKeepTheirCredentials: what an application had before it was
// moved authenticates here.
func TestImportedClientsKeepTheirCredentials(t *testing.T) {
	g := shared.Grantor(t)
	ns := shared.Namespace(t)
	const secret = "n7KwYx.Vr4fPa9TgQ3uB6sHjZz2McX1d"
	input := strings.ReplaceAll(`
apiVersion: v1
kind: Secret
metadata: {name: worker, namespace: NS}
stringData: {CLIENT_ID: NS.former-id, CLIENT_SECRET: SECRET}
---
apiVersion: hydra.ory.sh/v1alpha1
kind: OAuth2Client
metadata: {name: worker, namespace: NS}
spec: {grantTypes: [client_credentials], scope: read, secretName: worker}
`, "NS", ns)
	input = strings.ReplaceAll(input, "SECRET}", secret+"}")
	result, err := migrate.Convert([]documents.Input{{Name: "input", Content: []byte(input)}}, migrate.Options{Namespace: ns, ServerNamespace: "grantor-system"})
	if err != nil || len(result.Lost) > 0 {
		t.Fatalf("%v: %v", result.Lost, err)
	}
	for _, manifest := range result.Manifests {
		object := &unstructured.Unstructured{Object: manifest}
		content, err := object.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := object.UnmarshalJSON(content); err != nil {
			t.Fatal(err)
		}
		if err := g.Admin.Create(t.Context(), object, client.FieldValidation(metav1.FieldValidationStrict)); err != nil {
			t.Fatal(err)
		}
	}
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "worker"}}
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if written := g.Secret(t, c).Data; string(written["CLIENT_SECRET"]) != secret || string(written["CLIENT_ID"]) != ns+".former-id" {
		t.Error("the Secret has not the old credentials under their old keys")
	}
	answer := installation.Post(t, g.Issuer+"/token", ns+".former-id", secret, installation.TokenForm("read"))
	if answer.Status != 200 {
		t.Errorf("the old credentials are answered %d %s", answer.Status, answer.Code())
	}
}
