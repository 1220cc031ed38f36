// Package schema tests what the API server itself accepts and refuses of our
// kinds: every CEL rule and every bound of the CRDs, their defaults and their
// descriptions, against a real API server.
//
// It does not test what the operator or the server make of an accepted object.
package schema

import (
	"context"
	"os"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/grantor-dev/grantor/hack/devenv"
)

var cluster devenv.Shared

func TestMain(m *testing.M) { os.Exit(cluster.Run(m)) }

var resources = map[string]schema.GroupVersionResource{
	"OAuthClient":           {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthclients"},
	"OAuthClientPolicy":     {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthclientpolicies"},
	"OAuthIdentityProvider": {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthidentityproviders"},
	"OAuthResource":         {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthresources"},
	"OAuthToken":            {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthtokens"},
	"OAuthServer":           {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthservers"},
	"Grant":                 {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "grants"},
	"Login":                 {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "logins"},
	"Consent":               {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "consents"},
	"Approval":              {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "approvals"},
	"Connection":            {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "connections"},
	"Person":                {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "persons"},
	"Registration":          {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "registrations"},
	"OAuthUser":             {Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthusers"},
	"Mark":                  {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "marks"},
	"Enrollment":            {Group: "session.grantor.dev", Version: "v1alpha1", Resource: "enrollments"},
}

var connection struct {
	once   sync.Once
	client dynamic.Interface
	err    error
}

// api returns the endpoint of a kind in a namespace.
func api(t testing.TB, kind, namespace string) dynamic.ResourceInterface {
	t.Helper()
	kube := cluster.Kube(t)
	connection.once.Do(func() { connection.client, connection.err = dynamic.NewForConfig(kube.Config) })
	if connection.err != nil {
		t.Fatalf("make a client: %v", connection.err)
	}
	return connection.client.Resource(resources[kind]).Namespace(namespace)
}

// try asks the API server what it would make of a new object.
func try(t testing.TB, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	t.Helper()
	return api(t, object.GetKind(), "default").Create(context.Background(), object, metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
}

// create makes an object and deletes it after the test.
func create(t testing.TB, object *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	objects := api(t, object.GetKind(), object.GetNamespace())
	made, err := objects.Create(context.Background(), object, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	if err != nil {
		t.Fatalf("create %s: %v", object.GetKind(), err)
	}
	t.Cleanup(func() { _ = objects.Delete(context.Background(), made.GetName(), metav1.DeleteOptions{}) })
	return made
}
