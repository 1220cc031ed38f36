package deployment

import (
	"context"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=httproutes,verbs=get;list;watch;create;patch;delete

// routeKind is the one kind among those that are deployed which a cluster may lack.
var routeKind = schema.GroupVersionKind{Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute"}

// Routes follows the HTTPRoutes that the operator made, once there is the first: the
// Gateway API may come after the operator, or never.
type Routes struct {
	cache cache.Cache
	watch func(source.TypedSource[ctrl.Request]) error

	mu       sync.Mutex
	followed bool
}

// NewRoutes returns Routes and the cache that must run for them.
func NewRoutes(config *rest.Config, mapper meta.RESTMapper) (*Routes, cache.Cache, error) {
	ours, err := labels.NewRequirement(oauthv1alpha1.LabelPartOf, selection.Equals, []string{oauthv1alpha1.PartOfServer})
	if err != nil {
		return nil, nil, fmt.Errorf("select by label: %w", err)
	}
	from, err := cache.New(config, cache.Options{
		Mapper: mapper, DefaultLabelSelector: labels.NewSelector().Add(*ours), DefaultTransform: cache.TransformStripManagedFields(),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("make a cache of HTTPRoutes: %w", err)
	}
	return &Routes{cache: from}, from, nil
}

// Watch sets how the controller watches. It is called before the first reconcile.
func (r *Routes) Watch(watch func(source.TypedSource[ctrl.Request]) error) { r.watch = watch }

// follow makes the controller hear of changes of HTTPRoutes from now on.
func (r *Routes) follow() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.followed {
		return nil
	}
	err := r.watch(source.Kind[client.Object](r.cache, Object(routeKind), handler.EnqueueRequestsFromMapFunc(ServerOf)))
	if err != nil {
		return fmt.Errorf("watch HTTPRoutes: %w", err)
	}
	r.followed = true
	return nil
}

// presentRoute returns an HTTPRoute, or nil if there is none. It is read from the API
// server, since a cache of a kind that is not there never fills.
func (r *Reconciler) presentRoute(ctx context.Context, key client.ObjectKey) (*unstructured.Unstructured, error) {
	object := Object(routeKind)
	err := r.Live.Get(ctx, key, object)
	if meta.IsNoMatchError(err) {
		return nil, err
	}
	if follow := r.Routes.follow(); follow != nil {
		return nil, follow
	}
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absence is an answer here, not an error
	}
	if err != nil {
		return nil, fmt.Errorf("get HTTPRoute %s: %w", key.Name, err)
	}
	return object, nil
}

// errNoGateway is what a person cures by installing the Gateway API.
func errNoGateway() error {
	return &refusal{oauthv1alpha1.ReasonGatewayNotInstalled,
		"spec.exposure.gateway needs the Gateway API, gateway.networking.k8s.io/v1, which the cluster does not have. Install it, or use spec.exposure.ingress."}
}
