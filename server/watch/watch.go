package watch

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// lifetime is how long a watch lives before it is renewed.
	lifetime = 25 * time.Second
	// slack is how long after the end of its lifetime a watch that did not end is
	// cut off.
	slack = 5 * time.Second
	// maxAge is how long a copy counts that could not be renewed.
	maxAge = 60 * time.Second
	// pageSize is how many objects one answer to a list has: all at once, decoded beside
	// their text, take several times what stays of them.
	pageSize = 250
)

// API lists and watches one kind of object, as clients of client-go do.
type API interface {
	List(ctx context.Context, options metav1.ListOptions) (runtime.Object, error)
	Watch(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error)
}

// Copy is a local copy of the objects of one kind.
type Copy struct {
	name     string
	api      API
	informer cache.SharedIndexInformer
	renewed  atomic.Int64
	// read is set once everything was read for the first time, and remains so: asking the
	// informer takes its locks.
	read    atomic.Bool
	failure atomic.Pointer[error]
	now     func() time.Time
	// heard report whether those who asked to be called know everything by now.
	heard []cache.InformerSynced
	// trims remove from an object what is not read.
	trims []func(object any)
}

// New returns a copy of what api lists. It is empty until Run.
func New(name string, api API, example runtime.Object, indexers cache.Indexers, now func() time.Time) (*Copy, error) {
	c := &Copy{name: name, api: api, now: now}
	lw := listWatch{&cache.ListWatch{ListWithContextFunc: c.list, WatchFuncWithContext: c.watch}}
	c.informer = cache.NewSharedIndexInformer(lw, example, 0, indexers)
	c.Trim(trimMetadata)
	if err := c.informer.SetTransform(c.trim); err != nil {
		return nil, fmt.Errorf("copy of %s: %w", name, err)
	}
	return c, nil
}

// Trim calls f with each object before it is kept, to remove what is not read. It is
// called before Run.
func (c *Copy) Trim(f func(object any)) { c.trims = append(c.trims, f) }

func (c *Copy) trim(object any) (any, error) {
	for _, f := range c.trims {
		f(object)
	}
	return object, nil
}

// listWatch makes client-go read lists with a list request: a list that is streamed
// as a watch would hang with it.
type listWatch struct{ *cache.ListWatch }

// IsWatchListSemanticsUnSupported tells client-go so.
func (listWatch) IsWatchListSemanticsUnSupported() bool { return true }

// list reads all objects page by page, as the API server has them now: a list that may be
// older comes from its cache, which can lag, and is never paged. A list that expired on
// the way is an error, and client-go begins another one.
func (c *Copy) list(ctx context.Context, _ metav1.ListOptions) (runtime.Object, error) {
	pages := &pager.ListPager{PageSize: pageSize, PageFn: c.page}
	list, _, err := pages.ListWithAlloc(ctx, metav1.ListOptions{})
	c.renew(err)
	return list, err
}

// page reads one page.
func (c *Copy) page(ctx context.Context, options metav1.ListOptions) (list runtime.Object, err error) {
	err = c.retry(ctx, func() error {
		list, err = c.api.List(ctx, options)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, meta.EachListItem(list, func(object runtime.Object) error {
		_, err := c.trim(object)
		return err
	})
}

func (c *Copy) watch(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	seconds := int64(lifetime / time.Second)
	options.TimeoutSeconds = &seconds
	var stream *boundedStream
	err := c.retry(ctx, func() error {
		bound, cancel := context.WithTimeout(ctx, lifetime+slack)
		raw, err := c.api.Watch(bound, options)
		if err != nil {
			cancel()
			return err
		}
		stream = newBoundedStream(bound, cancel, raw, func() { c.renew(nil) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return stream, nil
}

func (c *Copy) renew(err error) {
	if err == nil {
		c.renewed.Store(c.now().UnixNano())
		c.failure.Store(nil)
	}
}

// OnChange calls f after each change, with the old and the new object; one of the two
// is nil when an object came or went. It is called before Run.
func (c *Copy) OnChange(f func(old, present any)) error {
	registration, err := c.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(present any) { f(nil, present) },
		UpdateFunc: func(old, present any) { f(old, present) },
		DeleteFunc: func(old any) {
			if unknown, ok := old.(cache.DeletedFinalStateUnknown); ok {
				old = unknown.Obj
			}
			f(old, nil)
		},
	})
	if err == nil {
		c.heard = append(c.heard, registration.HasSynced)
	}
	return err
}

// Run keeps the copy up to date until ctx ends.
func (c *Copy) Run(ctx context.Context) { c.informer.RunWithContext(ctx) }

// Objects returns the copied objects, which must not be changed.
func (c *Copy) Objects() cache.Indexer { return c.informer.GetIndexer() }

// Name says what is copied.
func (c *Copy) Name() string { return c.name }

// Age returns how long ago the copy was last known to be what the API server has, and
// false before it was read for the first time.
func (c *Copy) Age() (time.Duration, bool) {
	renewed := c.renewed.Load()
	return c.now().Sub(time.Unix(0, renewed)), renewed != 0
}

// Fresh returns an error while the copy is incomplete or older than a minute.
func (c *Copy) Fresh() error { return c.FreshAt(c.now()) }

// FreshAt is Fresh for a caller that asks several copies and reads the clock once.
func (c *Copy) FreshAt(now time.Time) error {
	if !c.complete() {
		return fmt.Errorf("%s are not read yet%s", c.name, c.why())
	}
	if age := now.Sub(time.Unix(0, c.renewed.Load())); age > maxAge {
		return fmt.Errorf("%s could not be read for %s%s", c.name, age.Truncate(time.Second), c.why())
	}
	return nil
}

func (c *Copy) complete() bool {
	if c.read.Load() {
		return true
	}
	done := c.informer.HasSynced() && all(c.heard)
	if done {
		c.read.Store(true)
	}
	return done
}

// All returns the copied objects, which must not be changed.
func All[T any](c *Copy) []T {
	objects := c.Objects().List()
	out := make([]T, 0, len(objects))
	for _, object := range objects {
		if object, ok := object.(T); ok {
			out = append(out, object)
		}
	}
	return out
}

func all(synced []cache.InformerSynced) bool {
	return !slices.ContainsFunc(synced, func(is cache.InformerSynced) bool { return !is() })
}

// kept are the annotations that are read: those of OAuthClients that were registered.
var kept = []string{oauthv1alpha1.AnnotationRegistrant, oauthv1alpha1.AnnotationRegistration}

// trimMetadata drops field ownership and nearly all annotations, which are of no use here and
// often the larger part of an object.
func trimMetadata(object any) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return
	}
	accessor.SetManagedFields(nil)
	var annotations map[string]string
	for _, name := range kept {
		if value, there := accessor.GetAnnotations()[name]; there {
			if annotations == nil {
				annotations = map[string]string{}
			}
			annotations[name] = value
		}
	}
	accessor.SetAnnotations(annotations)
}
