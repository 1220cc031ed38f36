package chart

import (
	"context"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// cluster is one that no other test uses.
type cluster struct {
	kube  *devenv.Kube
	admin client.Client
	// with is the Helm that people use here.
	with tool
}

// newCluster returns one in which nothing is installed yet.
func newCluster(t *testing.T, with tool) *cluster {
	t.Helper()
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	kube, err := devenv.StartKube(context.WithoutCancel(t.Context()), devenv.KubeOptions{RepoRoot: root, Say: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kube.Stop(); err != nil {
			t.Error(err)
		}
	})
	return clusterOf(t, kube, with)
}

// installedCluster is one in which the kinds, roles and bounds of config/ are installed.
func installedCluster(t *testing.T, with tool) *cluster {
	t.Helper()
	return clusterOf(t, devenv.OwnKube(t), with)
}

func clusterOf(t *testing.T, kube *devenv.Kube, with tool) *cluster {
	t.Helper()
	admin, err := installation.NewAdmin(kube)
	if err != nil {
		t.Fatal(err)
	}
	if err := apiextensionsv1.AddToScheme(admin.Scheme()); err != nil {
		t.Fatal(err)
	}
	return &cluster{kube: kube, admin: admin, with: with}
}

// helm runs helm with the cluster.
func (c *cluster) helm(t *testing.T, args ...string) string {
	t.Helper()
	return c.with.must(t, c.kube.Kubeconfig, args...)
}

// exists reports whether an object is there.
func (c *cluster) exists(t *testing.T, apiVersion, kind, namespace, name string) bool {
	t.Helper()
	object := &unstructured.Unstructured{}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	err := c.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, object)
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	return err == nil
}

// namespace makes one that only takes pods that keep the restricted standard.
func (c *cluster) namespace(t *testing.T, name string) {
	t.Helper()
	object := &unstructured.Unstructured{}
	object.SetAPIVersion("v1")
	object.SetKind("Namespace")
	object.SetName(name)
	object.SetLabels(map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})
	if err := c.admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// established installs CRDs and waits until they are served.
func (c *cluster) established(t *testing.T, crds ...*apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	for _, crd := range crds {
		if err := c.admin.Create(t.Context(), crd); err != nil {
			t.Fatal(err)
		}
		list := &unstructured.UnstructuredList{}
		list.SetAPIVersion(crd.Spec.Group + "/" + crd.Spec.Versions[0].Name)
		list.SetKind(crd.Spec.Names.Kind + "List")
		installation.Eventually(t, 30*time.Second, func() bool {
			return c.admin.List(t.Context(), list) == nil
		}, func() string { return crd.Name + " is served" })
	}
}

// strictly lets the API server judge an object, as far as it goes without storing it.
func (c *cluster) strictly(t *testing.T, object *unstructured.Unstructured) error {
	t.Helper()
	return c.admin.Create(t.Context(), object.DeepCopy(), client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
}
