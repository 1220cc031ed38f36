package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	apiwatch "k8s.io/apimachinery/pkg/watch"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/watch"
	"github.com/grantor-dev/grantor/test/installation"
)

// counting counts the answers to lists, and the objects in the largest.
type counting struct {
	watch.Objects
	lists, largest atomic.Int64
}

func (c *counting) List(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	list, err := c.Objects.List(ctx, options)
	if maps, ok := list.(*corev1.ConfigMapList); ok && err == nil {
		c.lists.Add(1)
		c.largest.Store(max(c.largest.Load(), int64(len(maps.Items))))
	}
	return list, err
}

func (c *counting) Watch(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	return c.Objects.Watch(ctx, options)
}

// TestACopyIsReadPageByPage: a copy of many objects has all of them, without what nobody
// reads, and never more than a page of them beside their text.
func TestACopyIsReadPageByPage(t *testing.T) {
	t.Parallel()
	const objects, page = 600, 250
	kube := cluster.Kube(t)
	admin, err := installation.NewAdmin(kube)
	if err != nil {
		t.Fatal(err)
	}
	namespace := devenv.Namespace(t, kube.Config)
	for n := range objects {
		err := admin.Create(t.Context(), &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("copied-%d", n), Annotations: map[string]string{"long": "text"}},
			Data:       map[string]string{"n": fmt.Sprint(n)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	client, err := watch.NewRESTClient(kube.Config, scheme, corev1.SchemeGroupVersion)
	if err != nil {
		t.Fatal(err)
	}
	api := &counting{Objects: watch.Objects{
		Client: client, Scheme: scheme, Resource: "configmaps", Namespace: namespace,
		NewList: func() runtime.Object { return &corev1.ConfigMapList{} },
	}}
	copied, err := watch.New("ConfigMaps", api, &corev1.ConfigMap{}, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	copied.Trim(func(object any) {
		if one, ok := object.(*corev1.ConfigMap); ok {
			delete(one.Data, "n")
		}
	})
	go copied.Run(t.Context())
	installation.Eventually(t, 30*time.Second, func() bool { return copied.Fresh() == nil }, func() string { return "fresh copy" })
	for _, object := range watch.All[*corev1.ConfigMap](copied) {
		if len(object.Annotations)+len(object.ManagedFields)+len(object.Data) > 0 && object.Name != "kube-root-ca.crt" {
			t.Fatalf("the copy keeps %v", object)
		}
	}
	if got := len(watch.All[*corev1.ConfigMap](copied)); got < objects {
		t.Errorf("the copy has %d of %d objects", got, objects)
	}
	if lists := api.lists.Load(); lists != 3 || api.largest.Load() > page {
		t.Errorf("%d answers, the largest of %d objects", lists, api.largest.Load())
	}
	// What comes later is trimmed, too.
	err = admin.Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "later", Annotations: map[string]string{"long": "text"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 10*time.Second, func() bool {
		object, ok, _ := copied.Objects().GetByKey(namespace + "/later")
		return ok && len(object.(*corev1.ConfigMap).Annotations) == 0
	}, func() string { return "copy of what came later" })
}
