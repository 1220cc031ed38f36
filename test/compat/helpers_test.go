package compat

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// address returns one that no other request comes from.
func address() string {
	return fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256))
}

// newNamespace creates a namespace.
func newNamespace(t testing.TB, g *installation.Installation) string {
	t.Helper()
	name := fmt.Sprintf("compat-%08x", rand.Uint32())
	createNamespace(t, g, name)
	return name
}

// afterwards gives the OAuthServer back as it was once a test is over.
func afterwards(t testing.TB, g *installation.Installation) {
	t.Helper()
	former := g.ChangeServer(t, func(*oauthv1alpha1.OAuthServer) {})
	t.Cleanup(func() {
		configured(t, g, func(server *oauthv1alpha1.OAuthServer) {
			version := server.Spec.Scopes[len(server.Spec.Scopes)-1]
			server.Spec = *former.Spec.DeepCopy()
			server.Spec.Scopes = append(slices.DeleteFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool {
				return strings.HasPrefix(string(s.Name), "version-")
			}), version)
		})
	})
}

// condition returns the status of a condition of the OAuthServer, "" for none.
func condition(t testing.TB, g *installation.Installation, name string) string {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}, server); err != nil {
		t.Fatal(err)
	}
	if found := meta.FindStatusCondition(server.Status.Conditions, name); found != nil && found.ObservedGeneration == server.Generation {
		return string(found.Status)
	}
	return ""
}

// registrar is a client that registers others, each with its own namespace for them.
type registrar struct {
	app       installation.App
	namespace string
}

// newRegistrar creates a registrar, and lets it register clients in a namespace.
func newRegistrar(t testing.TB, g *installation.Installation) registrar {
	t.Helper()
	own, namespace := newNamespace(t, g), newNamespace(t, g)
	permit(t, g, namespace)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: own}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": own}
	policy.Spec.Scopes = []oauthv1alpha1.Scope{"registration", "read"}
	configured(t, g, func(s *oauthv1alpha1.OAuthServer) {
		scope(s, oauthv1alpha1.ScopeDefinition{Name: "registration", Description: "Register clients", Restricted: true})
		if s.Spec.Registration == nil {
			s.Spec.Registration = &oauthv1alpha1.ServerRegistration{}
		}
		s.Spec.Registration.Namespaces = append(s.Spec.Registration.Namespaces, oauthv1alpha1.RegistrationNamespaces{
			Name: namespace, Tokens: &oauthv1alpha1.RegistrationTokens{Clients: []string{own + ".registrar"}},
		})
	})
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	return registrar{g.NewApp(t, installation.Service(own, "registrar", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Scopes = []oauthv1alpha1.Scope{"registration", "read"}
	})), namespace}
}

// permit lets the operator write the OAuthClients of a namespace, as an administrator does it.
func permit(t testing.TB, g *installation.Installation, namespace string) {
	t.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "grantor-registration"}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"oauth.grantor.dev"}, Resources: []string{"oauthclients"}, Verbs: []string{"create", "update", "delete"},
	}}}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "grantor-registration"},
		RoleRef:    rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "Role", Name: "grantor-registration"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: devenv.SystemNamespace, Name: devenv.OperatorAccount}},
	}
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kube.RbacV1().Roles(namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := kube.RbacV1().RoleBindings(namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// token returns an access token with which clients are registered.
func (r registrar) token(t testing.TB, scope string) string {
	t.Helper()
	answer := r.app.Post(t, "/token", installation.TokenForm(scope))
	if text(answer.JSON["access_token"]) == "" {
		t.Fatalf("the registrar gets %d %s", answer.Status, answer.Code())
	}
	return text(answer.JSON["access_token"])
}

// edit changes an OAuthClient as a person would.
func edit(t testing.TB, g *installation.Installation, namespace, name string, change func(*oauthv1alpha1.OAuthClient)) {
	t.Helper()
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		object := &oauthv1alpha1.OAuthClient{}
		if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, object); err != nil {
			return err
		}
		change(object)
		return g.Admin.Update(t.Context(), object)
	})
	if err != nil {
		t.Fatal(err)
	}
}
