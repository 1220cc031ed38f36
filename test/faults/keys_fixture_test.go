package faults

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var replaced struct {
	once    sync.Once
	grantor *grantor
	err     error
}

// startKeys returns Grantor to a test that breaks the operator and the keys of a server.
// That is a second OAuthServer with a replica of its own: a key that is revoked ends
// every token that it signed, which is no concern of the other tests.
func startKeys(t *testing.T) *grantor {
	t.Helper()
	first := startBroken(t)
	replaced.once.Do(func() { replaced.grantor, replaced.err = first.another("keys") })
	if replaced.err != nil {
		t.Fatalf("start a server of which keys are replaced: %v", replaced.err)
	}
	return replaced.grantor
}

// another makes a namespace with an OAuthServer like the first one, starts its replica
// and waits for its keys.
func (g *grantor) another(name string) (*grantor, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	port, err := devenv.FreePort()
	if err != nil {
		return nil, err
	}
	other := &grantor{
		proxy: g.proxy, binary: g.binary, at: client.ObjectKey{Namespace: "faults-" + name, Name: name},
		Installation: &installation.Installation{
			Kube: g.Kube, Admin: g.Admin, Operator: g.Operator, Dir: g.Dir, Issuer: "http://" + devenv.Loopback(port),
		},
	}
	server := g.theServer()
	if err := g.Admin.Get(ctx, g.at, server); err != nil {
		return nil, err
	}
	server.ObjectMeta = metav1.ObjectMeta{Namespace: other.at.Namespace, Name: name}
	server.Spec.Issuer, server.Spec.Default = other.Issuer, false
	if err := errors.Join(other.allow(ctx), g.Admin.Create(ctx, server)); err != nil {
		return nil, err
	}
	replica, err := other.server(ctx, port, devenv.ServiceAccountOptions{})
	if err != nil {
		return nil, err
	}
	shared.stop = append(shared.stop, replica.Stop)
	other.Servers = append(other.Servers, replica)
	return other, devenv.AnnounceOf(ctx, g.Kube.Config, other.at.Namespace, name, replica.Options().MetricsURL)
}

// allow makes the namespace of the server and gives its ServiceAccount the rights of one.
func (g *grantor) allow(ctx context.Context) error {
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		return err
	}
	ns, create := g.at.Namespace, metav1.CreateOptions{}
	named := metav1.ObjectMeta{Namespace: ns, Name: devenv.ServerAccount}
	to := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: ns, Name: devenv.ServerAccount}}
	role := func(kind, name string) rbacv1.RoleRef {
		return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: name}
	}
	_, errs := kube.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, create)
	_, err = kube.CoreV1().ServiceAccounts(ns).Create(ctx, &corev1.ServiceAccount{ObjectMeta: named}, create)
	errs = errors.Join(errs, err)
	_, err = kube.RbacV1().Roles(ns).Create(ctx, &rbacv1.Role{ObjectMeta: named, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get", "list", "watch"},
		ResourceNames: []string{oauthv1alpha1.KeySecretName(g.at.Name), oauthv1alpha1.PasswordSecretName(g.at.Name), oauthv1alpha1.ProviderSecretName(g.at.Name)},
	}}}, create)
	errs = errors.Join(errs, err)
	for _, binding := range []*rbacv1.RoleBinding{
		{ObjectMeta: named, RoleRef: role("Role", named.Name), Subjects: to},
		{ObjectMeta: metav1.ObjectMeta{Name: "sessions"}, RoleRef: role("ClusterRole", "grantor-server-namespace"), Subjects: to},
	} {
		_, err = kube.RbacV1().RoleBindings(ns).Create(ctx, binding, create)
		errs = errors.Join(errs, err)
	}
	_, err = kube.RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: ns}, RoleRef: role("ClusterRole", "grantor-server"), Subjects: to,
	}, create)
	return errors.Join(errs, err)
}
