package kubectl

import (
	"path/filepath"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// editor returns the kubeconfig of a ServiceAccount that may edit a namespace and nothing
// else.
func editor(t *testing.T, ns string) string {
	t.Helper()
	bind(t, ns, "grantor-oauthclients-edit")
	return account(t, ns, devenv.ServiceAccountOptions{})
}

// bind gives the default ServiceAccount of a namespace a ClusterRole in it.
func bind(t *testing.T, ns, role string) {
	t.Helper()
	kube, err := kubernetes.NewForConfig(shared.Grantor(t).Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role, Namespace: ns},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: ns, Name: "default"}},
	}
	if _, err := kube.RbacV1().RoleBindings(ns).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// account returns a kubeconfig of the default ServiceAccount of a namespace.
func account(t *testing.T, ns string, options devenv.ServiceAccountOptions) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	var err error
	installation.Eventually(t, bound, func() bool {
		err = devenv.ServiceAccountKubeconfig(t.Context(), shared.Grantor(t).Kube.Config, ns, "default", path, options)
		return err == nil
	}, func() string { return "ServiceAccount default: " + err.Error() })
	return path
}
