package deployment

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// bound is how long the operator has to do something; what the API server refused once,
// it tries again after 20 seconds.
const bound = 45 * time.Second

// newServer returns a server, not yet created, that the operator runs.
func newServer(namespace, name string, change ...func(*oauthv1alpha1.OAuthServer)) *oauthv1alpha1.OAuthServer {
	server := &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer: "https://" + name + "." + namespace + ".example", Deployment: &oauthv1alpha1.ServerDeployment{},
		},
	}
	for _, f := range change {
		f(server)
	}
	return server
}

func withIngress(server *oauthv1alpha1.OAuthServer) {
	server.Spec.Exposure = &oauthv1alpha1.ServerExposure{Ingress: &oauthv1alpha1.ServerIngress{ClassName: "nginx"}}
}

func withPatch(kind, text string) func(*oauthv1alpha1.OAuthServer) {
	return func(server *oauthv1alpha1.OAuthServer) {
		server.Spec.Deployment.Patches = append(server.Spec.Deployment.Patches, oauthv1alpha1.DeploymentPatch{
			Target: oauthv1alpha1.PatchTarget{Kind: kind}, Patch: text,
		})
	}
}

// created creates a server and waits until the operator has deployed it.
func created(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer) *oauthv1alpha1.OAuthServer {
	t.Helper()
	if err := g.Admin.Create(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	return await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
}

// await waits for a condition of the present generation.
func await(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer, kind string, status metav1.ConditionStatus, reason string) *oauthv1alpha1.OAuthServer {
	t.Helper()
	current := &oauthv1alpha1.OAuthServer{}
	installation.Eventually(t, 2*bound, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), current); err != nil {
			t.Fatal(err)
		}
		c := meta.FindStatusCondition(current.Status.Conditions, kind)
		return c != nil && c.Status == status && c.Reason == reason && c.ObservedGeneration == current.Generation
	}, func() string {
		text, _ := json.Marshal(current.Status.Conditions)
		return fmt.Sprintf("condition %s=%s %s; there is %s", kind, status, reason, text)
	})
	return current
}

// changed changes the spec of a server.
func changed(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer, change func(*oauthv1alpha1.OAuthServer)) {
	t.Helper()
	current := &oauthv1alpha1.OAuthServer{}
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), current); err != nil {
		t.Fatal(err)
	}
	before := current.DeepCopy()
	change(current)
	if err := g.Admin.Patch(t.Context(), current, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

var groups = map[string]schema.GroupVersion{
	"Secret": {Version: "v1"}, "ServiceAccount": {Version: "v1"}, "Service": {Version: "v1"}, "Deployment": {Group: "apps", Version: "v1"},
	"Ingress": {Group: "networking.k8s.io", Version: "v1"}, "NetworkPolicy": {Group: "networking.k8s.io", Version: "v1"},
	"HTTPRoute": {Group: "gateway.networking.k8s.io", Version: "v1"}, "PodDisruptionBudget": {Group: "policy", Version: "v1"}, "Role": {Group: "rbac.authorization.k8s.io", Version: "v1"},
	"RoleBinding": {Group: "rbac.authorization.k8s.io", Version: "v1"}, "ClusterRoleBinding": {Group: "rbac.authorization.k8s.io", Version: "v1"},
}

// object returns an object of the cluster, or nil.
func object(t *testing.T, g *installation.Installation, kind, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	found := &unstructured.Unstructured{}
	found.SetGroupVersionKind(groups[kind].WithKind(kind))
	err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, found)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// objects returns what the inventory names, by kind and name.
func objects(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer) map[string]*unstructured.Unstructured {
	t.Helper()
	all := map[string]*unstructured.Unstructured{}
	for _, entry := range server.Status.Inventory {
		namespace := server.Namespace
		if entry.Kind == "ClusterRoleBinding" {
			namespace = ""
		}
		all[entry.Kind+" "+entry.Name] = object(t, g, entry.Kind, namespace, entry.Name)
	}
	return all
}

func deploymentOf(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer) *appsv1.Deployment {
	t.Helper()
	found := object(t, g, "Deployment", server.Namespace, server.Name+"-oauth")
	if found == nil {
		t.Fatal("there is no Deployment")
	}
	deployment := &appsv1.Deployment{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(found.Object, deployment); err != nil {
		t.Fatal(err)
	}
	return deployment
}

// report says what a Deployment controller would say once n replicas are ready.
func report(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer, n int32) {
	t.Helper()
	found := object(t, g, "Deployment", server.Namespace, server.Name+"-oauth")
	status := map[string]any{
		"observedGeneration": found.GetGeneration(), "replicas": int64(n), "updatedReplicas": int64(n), "readyReplicas": int64(n), "availableReplicas": int64(n),
	}
	body, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Admin.Status().Patch(t.Context(), found, client.RawPatch("application/merge-patch+json", body)); err != nil {
		t.Fatal(err)
	}
}
