package devenv

import (
	"fmt"
	"path/filepath"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

func clientOf(t *testing.T, kube *Kube) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// configThrough is a ServiceAccount that may do everything, behind a proxy.
func configThrough(t *testing.T, kube *Kube, proxy *FaultProxy) *rest.Config {
	t.Helper()
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "everything-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "program", Namespace: "the-system"}},
	}
	bindings := clientOf(t, kube).RbacV1().ClusterRoleBindings()
	_, err := bindings.Create(t.Context(), binding, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err = ServiceAccountKubeconfig(t.Context(), kube.Config, "the-system", "program", path, proxy.Account())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func wrongCounts(counts Counts) error { return fmt.Errorf("got %s", counts) }
