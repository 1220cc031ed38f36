package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthserver/deployment"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// deployed returns a server, not yet created, that the operator runs.
func deployed(ns, name string, changes ...func(*oauthv1alpha1.OAuthServer)) *oauthv1alpha1.OAuthServer {
	server := &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer: "https://auth.example", Deployment: &oauthv1alpha1.ServerDeployment{Image: "grantor:test"},
		},
	}
	for _, change := range changes {
		change(server)
	}
	return server
}

func exposed(server *oauthv1alpha1.OAuthServer) {
	server.Spec.Exposure = &oauthv1alpha1.ServerExposure{Ingress: &oauthv1alpha1.ServerIngress{ClassName: "nginx"}}
}

func hidden(server *oauthv1alpha1.OAuthServer) { server.Spec.Exposure = nil }

func undeployed(server *oauthv1alpha1.OAuthServer) {
	server.Spec.Exposure, server.Spec.Deployment = nil, nil
}

func altered(server *oauthv1alpha1.OAuthServer) {
	replicas := int32(3)
	server.Spec.Deployment.Replicas = &replicas
	server.Spec.Deployment.Patches = []oauthv1alpha1.DeploymentPatch{
		{Target: oauthv1alpha1.PatchTarget{Kind: "Service"}, Patch: "metadata: {annotations: {example.com/a: b}}"},
		{Target: oauthv1alpha1.PatchTarget{Kind: "NetworkPolicy"}, Patch: "- {op: add, path: /spec/policyTypes/-, value: Egress}"},
	}
}

// ofServer returns a hook for the writes that the operator does for a server: those in
// its namespace, and its cluster role binding. Dry runs write nothing.
func ofServer(ns string, hook devenv.Hook) devenv.Hook {
	return func(r *http.Request) devenv.Fault {
		about := devenv.DescribeRequest(r)
		if about.Namespace != ns && !strings.Contains(about.Name, ":"+ns+":") || r.URL.Query().Has("dryRun") {
			return nil
		}
		return hook(r)
	}
}

// deployWrite accepts every write but that of an event, which nothing depends on.
func deployWrite(key devenv.RequestKey) bool { return key.IsWrite() && key.Group != "events.k8s.io" }

// left is what there is of a server in the cluster, by kind and name, with the names
// of this server replaced, so that it can be compared with another's.
func left(t testing.TB, g *grantor, server *oauthv1alpha1.OAuthServer) map[string]string {
	t.Helper()
	found := map[string]string{}
	names := strings.NewReplacer(server.Namespace, "NAMESPACE", server.Name+"-oauth", "SERVER-oauth", `"`+server.Name+`"`, `"SERVER"`,
		":"+server.Name, ":SERVER", "="+server.Name, "=SERVER")
	for _, kind := range deployment.Kinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		options := []client.ListOption{client.MatchingLabels{oauthv1alpha1.LabelServer: server.Name}}
		if kind.Kind != "ClusterRoleBinding" {
			options = append(options, client.InNamespace(server.Namespace))
		}
		if err := g.Admin.List(t.Context(), list, options...); err != nil {
			t.Fatal(err)
		}
		for _, object := range list.Items {
			if kind.Kind != "ClusterRoleBinding" || strings.Contains(object.GetName(), ":"+server.Namespace+":") {
				found[names.Replace(kind.Kind+" "+object.GetName())] = names.Replace(content(t, object))
			}
		}
	}
	return found
}

// content is what the operator says of an object.
func content(t testing.TB, object unstructured.Unstructured) string {
	t.Helper()
	for _, path := range [][]string{
		{"metadata", "uid"}, {"metadata", "resourceVersion"}, {"metadata", "generation"}, {"metadata", "creationTimestamp"}, {"metadata", "managedFields"},
		{"metadata", "ownerReferences"}, {"metadata", "annotations", oauthv1alpha1.AnnotationApplied}, {"spec", "clusterIP"}, {"spec", "clusterIPs"}, {"status"},
	} {
		unstructured.RemoveNestedField(object.Object, path...)
	}
	text, err := json.Marshal(object.Object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// inventory is what the status of a server names, in the words of left.
func inventory(server *oauthv1alpha1.OAuthServer) []string {
	var names []string
	for _, entry := range server.Status.Inventory {
		name := strings.NewReplacer(server.Namespace, "NAMESPACE", server.Name+"-oauth", "SERVER-oauth", ":"+server.Name, ":SERVER").Replace(entry.Name)
		names = append(names, entry.Kind+" "+name)
	}
	slices.Sort(names)
	return names
}

// rests waits until the operator has nothing left to do for a server, and returns what
// there is of it then. The inventory names exactly that.
func rests(t testing.TB, g *grantor, server *oauthv1alpha1.OAuthServer, n int) map[string]string {
	t.Helper()
	var found map[string]string
	installation.Eventually(t, 2*convergence, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), server); err != nil {
			t.Fatal(err)
		}
		found = left(t, g, server)
		return server.Status.ObservedGeneration == server.Generation && reported(server) &&
			len(found) == n && slices.Equal(inventory(server), slices.Sorted(maps.Keys(found)))
	}, func() string {
		return fmt.Sprintf("server with %d objects; there are %v, in the inventory %v", n, slices.Sorted(maps.Keys(found)), inventory(server))
	})
	return found
}

// reported says whether the conditions speak of the present generation.
func reported(server *oauthv1alpha1.OAuthServer) bool {
	condition := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionDeployed)
	if server.Spec.Deployment == nil {
		return condition == nil
	}
	return condition != nil && condition.ObservedGeneration == server.Generation && condition.Reason == oauthv1alpha1.ReasonDeploymentProgressing
}

// change changes the spec of a server.
func change(t testing.TB, g *grantor, server *oauthv1alpha1.OAuthServer, how func(*oauthv1alpha1.OAuthServer)) {
	t.Helper()
	edit(t, g, server, how)
}

// eachOwned fails unless the server owns what is in its namespace.
func eachOwned(t testing.TB, g *grantor, server *oauthv1alpha1.OAuthServer) {
	t.Helper()
	for _, entry := range server.Status.Inventory {
		if entry.Kind == "ClusterRoleBinding" {
			continue
		}
		for _, kind := range deployment.Kinds() {
			if kind.Group != entry.Group || kind.Kind != entry.Kind {
				continue
			}
			object := deployment.Object(kind)
			if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: server.Namespace, Name: entry.Name}, object); err != nil {
				t.Fatal(err)
			}
			if owner := metav1.GetControllerOf(object); owner == nil || owner.UID != server.UID {
				t.Errorf("%s %s has the owner %v", entry.Kind, entry.Name, owner)
			}
		}
	}
}
