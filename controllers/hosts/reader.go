package hosts

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=get;list;watch
// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=httproutes,verbs=get;list;watch

// syncBound is how long a read waits for the first copy of all objects of a kind.
const syncBound = 2 * time.Second

// absentFor is how long a kind that the cluster does not have is not looked for again:
// a thousand clients that name it must not make a thousand requests.
const absentFor = 5 * time.Second

// Reader reads hosts from a cache that keeps nothing else.
type Reader struct {
	cache  cache.Cache
	mapper meta.RESTMapper
	now    func() time.Time

	mu       sync.Mutex
	followed map[oauthv1alpha1.RedirectSourceKind]bool
	// absent are the kinds that the cluster did not have, with when that was.
	absent map[oauthv1alpha1.RedirectSourceKind]absence
	follow func(kind oauthv1alpha1.RedirectSourceKind) error
}

// absence is the answer that there is no such kind.
type absence struct {
	at  time.Time
	err error
}

// NewCache returns a cache for a Reader alone: that of the operator holds other Ingresses,
// whole, and not all of them.
func NewCache(config *rest.Config, mapper meta.RESTMapper) (cache.Cache, error) {
	return cache.New(config, cache.Options{Mapper: mapper, DefaultTransform: Trim()})
}

// New returns a Reader of such a cache.
func New(from cache.Cache, mapper meta.RESTMapper, now func() time.Time) *Reader {
	return &Reader{
		cache: from, mapper: mapper, now: now,
		followed: map[oauthv1alpha1.RedirectSourceKind]bool{}, absent: map[oauthv1alpha1.RedirectSourceKind]absence{},
	}
}

// Notify makes a controller hear of every object of a kind that is read, of those that
// are there and of each change of their hosts. It is called once, before Of.
func (r *Reader) Notify(c interface {
	Watch(source.TypedSource[ctrl.Request]) error
}, requests func(oauthv1alpha1.RedirectSourceKind) handler.MapFunc) {
	r.follow = func(kind oauthv1alpha1.RedirectSourceKind) error {
		return c.Watch(source.Kind[client.Object](r.cache, empty(kind), handler.EnqueueRequestsFromMapFunc(requests(kind)), changed()))
	}
}

// Of returns the hosts of an object as they are written there. Of its errors, one that
// apierrors.IsNotFound knows says that there is no such object, and one that
// meta.IsNoMatchError knows that the cluster has no such kind.
func (r *Reader) Of(ctx context.Context, kind oauthv1alpha1.RedirectSourceKind, object client.ObjectKey) ([]string, error) {
	if err := r.ensureFollowed(kind); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, syncBound)
	defer cancel()
	found := empty(kind)
	if err := r.cache.Get(ctx, object, found); err != nil {
		return nil, fmt.Errorf("get %s: %w", kind, err)
	}
	return of(found), nil
}

// ensureFollowed begins to watch a kind once the cluster has it.
func (r *Reader) ensureFollowed(kind oauthv1alpha1.RedirectSourceKind) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.followed[kind] {
		return nil
	}
	if known, ok := r.absent[kind]; ok && r.now().Sub(known.at) < absentFor {
		return known.err
	}
	gvk := kindOf(kind)
	if _, err := r.mapper.RESTMapping(gvk.GroupKind(), gvk.Version); err != nil {
		err = fmt.Errorf("look up %s: %w", kind, err)
		if meta.IsNoMatchError(err) {
			r.absent[kind] = absence{r.now(), err}
		}
		return err
	}
	if err := r.follow(kind); err != nil {
		return fmt.Errorf("watch %s: %w", kind, err)
	}
	r.followed[kind] = true
	return nil
}

// changed lets through what changes hosts.
func changed() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		was, ok := e.ObjectOld.(*unstructured.Unstructured)
		is, also := e.ObjectNew.(*unstructured.Unstructured)
		return !ok || !also || !slices.Equal(of(was), of(is))
	}}
}
