package secretwatch

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// syncBound is how long a reconcile waits for the first list of a watch.
const syncBound = 5 * time.Second

// Watches follow the metadata of the Secrets in those namespaces whose objects name some: the
// operator's cache holds its own Secrets only, and a copy of all others would be both large and
// valuable to a thief. A Watches is a source of a controller that reconciles whole namespaces.
type Watches struct {
	reader metadata.Interface

	mu          sync.Mutex
	run         context.Context
	queue       workqueue.TypedRateLimitingInterface[ctrl.Request]
	byNamespace map[string]*Watch
}

var _ source.Source = (*Watches)(nil)

// New returns watches that read with a client for metadata.
func New(reader metadata.Interface) *Watches {
	return &Watches{reader: reader, byNamespace: map[string]*Watch{}}
}

// Watch follows one namespace. The zero value knows no Secret.
type Watch struct {
	informer cache.SharedIndexInformer
	stop     context.CancelFunc
	// wanted are the names whose changes reconcile the namespace.
	wanted atomic.Pointer[map[string]bool]
}

// Start implements source.Source.
func (w *Watches) Start(ctx context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.run, w.queue = ctx, queue
	return nil
}

// Follow makes changes of the named Secrets reconcile the namespace, and returns
// how to look their metadata up. It ends the watch when there are none.
func (w *Watches) Follow(ctx context.Context, namespace string, names map[string]bool) (*Watch, error) {
	w.mu.Lock()
	watch, ok := w.byNamespace[namespace]
	if len(names) == 0 {
		if ok {
			watch.stop()
			delete(w.byNamespace, namespace)
		}
		w.mu.Unlock()
		return &Watch{}, nil
	}
	var err error
	if !ok {
		watch, err = w.begin(namespace) //nolint:contextcheck // the watch outlives the reconcile that begins it
	}
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	watch.wanted.Store(&names)
	bound, cancel := context.WithTimeout(ctx, syncBound)
	defer cancel()
	if !cache.WaitForCacheSync(bound.Done(), watch.informer.HasSynced) {
		return nil, fmt.Errorf("the names of the Secrets of namespace %q could not be read in %s", namespace, syncBound)
	}
	return watch, nil
}

func (w *Watches) begin(namespace string) (*Watch, error) {
	ctx, stop := context.WithCancel(w.run)
	watch := &Watch{stop: stop, informer: metadatainformer.NewFilteredMetadataInformer(
		w.reader, corev1.SchemeGroupVersion.WithResource("secrets"), namespace, 0, cache.Indexers{}, nil).Informer()}
	_, err := watch.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { w.changed(watch, object) },
		UpdateFunc: func(_, object any) { w.changed(watch, object) },
		DeleteFunc: func(object any) { w.changed(watch, object) },
	})
	if err == nil {
		err = watch.informer.SetTransform(onlyTheVersion)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("watch the names of Secrets: %w", err)
	}
	w.byNamespace[namespace] = watch
	go watch.informer.RunWithContext(ctx)
	return watch, nil
}

func (w *Watches) changed(watch *Watch, object any) {
	namespace, name, err := cache.SplitMetaNamespaceKey(keyOf(object))
	if wanted := watch.wanted.Load(); err == nil && wanted != nil && (*wanted)[name] {
		w.queue.Add(reconcile.InNamespace(namespace))
	}
}

func keyOf(object any) string {
	key, _ := cache.DeletionHandlingMetaNamespaceKeyFunc(object)
	return key
}

// Version returns what identifies the present content of a Secret, "" if there is no
// such Secret.
func (w *Watch) Version(namespace, name string) string {
	if w.informer == nil {
		return ""
	}
	object, ok, _ := w.informer.GetStore().GetByKey(namespace + "/" + name)
	metadata, isMetadata := object.(*metav1.PartialObjectMetadata)
	if !ok || !isMetadata {
		return ""
	}
	return string(metadata.UID) + "/" + metadata.ResourceVersion
}

// onlyTheVersion drops what is never asked for; annotations may hold whole manifests.
func onlyTheVersion(object any) (any, error) {
	if metadata, ok := object.(*metav1.PartialObjectMetadata); ok {
		metadata.ObjectMeta = metav1.ObjectMeta{
			Namespace: metadata.Namespace, Name: metadata.Name, UID: metadata.UID, ResourceVersion: metadata.ResourceVersion,
		}
	}
	return object, nil
}
