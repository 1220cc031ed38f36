package abuse

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// tenant may edit one namespace.
type tenant struct {
	client.Client
	namespace string
}

func newTenant(t *testing.T, g *installation.Installation) *tenant {
	t.Helper()
	namespace := devenv.Namespace(t, g.Kube.Config)
	kube, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	meta := metav1.ObjectMeta{Namespace: namespace, Name: "tenant"}
	if _, err := kube.CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err = kube.RbacV1().RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "edit"},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: "tenant"}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := devenv.ServiceAccountKubeconfig(t.Context(), g.Kube.Config, namespace, "tenant", path, devenv.ServiceAccountOptions{}); err != nil {
		t.Fatal(err)
	}
	config, err := devenv.LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	c, err := client.New(config, client.Options{Scheme: g.Admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return &tenant{c, namespace}
}

// createAll creates n objects at a rate, which is what bounds a tenant at an API server.
// The role may reach the tenant a moment after the namespace.
func (k *tenant) createAll(ctx context.Context, perSecond, n int, object func(n int) client.Object) error {
	ticker := time.NewTicker(time.Second / time.Duration(perSecond))
	defer ticker.Stop()
	for i := range n {
		err := k.Create(ctx, object(i))
		for i == 0 && apierrors.IsForbidden(err) && ctx.Err() == nil {
			<-ticker.C
			err = k.Create(ctx, object(i))
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return nil
}
