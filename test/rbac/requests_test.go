package rbac

import (
	"context"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/grantor-dev/grantor/hack/devenv"
)

var (
	secrets             = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}
	clients             = schema.GroupVersionResource{Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthclients"}
	servers             = schema.GroupVersionResource{Group: "oauth.grantor.dev", Version: "v1alpha1", Resource: "oauthservers"}
	someRoles           = schema.GroupVersionResource{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"}
	roleBindings        = schema.GroupVersionResource{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"}
	clusterRoleBindings = schema.GroupVersionResource{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"}

	marks = schema.GroupVersionResource{Group: "session.grantor.dev", Version: "v1alpha1", Resource: "marks"}
)

// TestRequestsAreForbidden makes the requests that whoever took over a program, or
// a namespace, would make.
func TestRequestsAreForbidden(t *testing.T) {
	team := devenv.Namespace(t, cluster.Kube(t).Config)
	give(t, team, editor, "edit")
	awaitAggregation(t, ask{editor, "create", "oauth.grantor.dev", "oauthclients", team, ""})
	secretOf(t, team, "app-oauth")
	if _, err := user(t, editor).Resource(clients).Namespace(team).Create(ctx(), oauthClient(), metav1.CreateOptions{}); err != nil {
		t.Fatalf("an editor creates a client: %v", err)
	}
	suspend, status := []byte(`{"spec":{"suspend":true}}`), []byte(`{"status":{"clientID":"other"}}`)

	requests := map[string]func() error{
		"the server reads an application's Secret": func() error {
			_, err := user(t, server).Resource(secrets).Namespace(team).Get(ctx(), "app-oauth", metav1.GetOptions{})
			return err
		},
		"the server lists a team's Secrets": func() error {
			_, err := user(t, server).Resource(secrets).Namespace(team).List(ctx(), metav1.ListOptions{})
			return err
		},
		"the server lists all Secrets": func() error {
			_, err := user(t, server).Resource(secrets).List(ctx(), metav1.ListOptions{})
			return err
		},
		"the server lists the Secrets beside it": func() error {
			_, err := user(t, server).Resource(secrets).Namespace(systemNamespace).List(ctx(), metav1.ListOptions{})
			return err
		},
		"the server lists the Secrets beside it by label": func() error {
			_, err := user(t, server).Resource(secrets).Namespace(systemNamespace).List(ctx(), metav1.ListOptions{LabelSelector: "oauth.grantor.dev/part-of"})
			return err
		},
		"the server lists another Secret by name": func() error {
			_, err := user(t, server).Resource(secrets).Namespace(systemNamespace).List(ctx(), metav1.ListOptions{FieldSelector: "metadata.name=other"})
			return err
		},
		"the server changes a client": func() error {
			_, err := user(t, server).Resource(clients).Namespace(team).Patch(ctx(), "app", types.MergePatchType, suspend, metav1.PatchOptions{})
			return err
		},
		"the server changes a client's status": func() error {
			_, err := user(t, server).Resource(clients).Namespace(team).Patch(ctx(), "app", types.MergePatchType, status, metav1.PatchOptions{}, "status")
			return err
		},
		"the server marks in another namespace": func() error {
			_, err := user(t, server).Resource(marks).Namespace(team).Create(ctx(), mark(), metav1.CreateOptions{})
			return err
		},
		"the operator binds cluster-admin": func() error {
			_, err := user(t, operator).Resource(clusterRoleBindings).Create(ctx(), binding("ClusterRoleBinding", "cluster-admin"), metav1.CreateOptions{})
			return err
		},
		"the operator binds edit in a namespace": func() error {
			_, err := user(t, operator).Resource(roleBindings).Namespace(team).Create(ctx(), binding("RoleBinding", "edit"), metav1.CreateOptions{})
			return err
		},
		"the operator makes a Role for more than it may": func() error {
			_, err := user(t, operator).Resource(someRoles).Namespace(team).Create(ctx(), roleFor("pods/exec"), metav1.CreateOptions{})
			return err
		},
		"the operator changes a client": func() error {
			_, err := user(t, operator).Resource(clients).Namespace(team).Patch(ctx(), "app", types.MergePatchType, suspend, metav1.PatchOptions{})
			return err
		},
		"the operator deletes a client": func() error {
			return user(t, operator).Resource(clients).Namespace(team).Delete(ctx(), "app", metav1.DeleteOptions{})
		},
		"an editor changes a client's status": func() error {
			_, err := user(t, editor).Resource(clients).Namespace(team).Patch(ctx(), "app", types.MergePatchType, status, metav1.PatchOptions{}, "status")
			return err
		},
		"an editor creates a server": func() error {
			_, err := user(t, editor).Resource(servers).Namespace(team).Create(ctx(), oauthServer(), metav1.CreateOptions{})
			return err
		},
		"an editor lists servers": func() error {
			_, err := user(t, editor).Resource(servers).Namespace(team).List(ctx(), metav1.ListOptions{})
			return err
		},
		"an editor creates a mark": func() error {
			_, err := user(t, editor).Resource(marks).Namespace(team).Create(ctx(), mark(), metav1.CreateOptions{})
			return err
		},
		"an editor creates a client elsewhere": func() error {
			_, err := user(t, editor).Resource(clients).Namespace("default").Create(ctx(), oauthClient(), metav1.CreateOptions{})
			return err
		},
	}
	for name, request := range requests {
		t.Run(name, func(t *testing.T) {
			if err := request(); !apierrors.IsForbidden(err) {
				t.Errorf("wanted forbidden, got: %v", err)
			}
		})
	}
}

// TestAStatusInAManifestIsIgnored: who may create a client could otherwise write
// what only the operator may.
func TestAStatusInAManifestIsIgnored(t *testing.T) {
	team := devenv.Namespace(t, cluster.Kube(t).Config)
	give(t, team, editor, "edit")
	awaitAggregation(t, ask{editor, "create", "oauth.grantor.dev", "oauthclients", team, ""})
	forged := map[string]any{"clientID": "other", "credentials": []any{map[string]any{"digest": "d", "createdAt": "2026-01-02T03:04:05Z"}}}
	object := oauthClient()
	object.Object["status"] = forged
	mine := user(t, editor).Resource(clients).Namespace(team)
	made, err := mine.Create(ctx(), object, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	made.Object["status"] = forged
	if made, err = mine.Update(ctx(), made, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if status, _ := made.Object["status"].(map[string]any); len(status) != 1 || status["observedGeneration"] != int64(-1) {
		t.Errorf("the status of a client that no operator saw: %v", status)
	}
}

func ctx() context.Context { return context.Background() }

func user(t testing.TB, who string) dynamic.Interface {
	t.Helper()
	client, err := dynamic.NewForConfig(as(t, who))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func oauthClient() *unstructured.Unstructured {
	return object("oauth.grantor.dev", "OAuthClient", "app", map[string]any{"grantTypes": []any{"client_credentials"}})
}

func oauthServer() *unstructured.Unstructured {
	return object("oauth.grantor.dev", "OAuthServer", "rogue", map[string]any{"issuer": "https://id.example"})
}

func mark() *unstructured.Unstructured {
	return object("session.grantor.dev", "Mark", "mark", map[string]any{"kind": "RevokedToken", "expiresAt": "2026-01-02T03:04:05Z"})
}

func object(group, kind, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": group + "/v1alpha1", "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec,
	}}
}

func split(resource string) (name, subresource string) {
	name, subresource, _ = strings.Cut(resource, "/")
	return name, subresource
}

func binding(kind, clusterRole string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": map[string]any{"name": "rogue"},
		"roleRef":  map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": clusterRole},
		"subjects": []any{map[string]any{"kind": "ServiceAccount", "name": operator, "namespace": systemNamespace}},
	}}
}

func roleFor(resource string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": map[string]any{"name": "rogue"},
		"rules": []any{map[string]any{"apiGroups": []any{""}, "resources": []any{resource}, "verbs": []any{"create"}}},
	}}
}
