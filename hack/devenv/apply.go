package devenv

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// FieldManager owns the fields that this package applies.
const FieldManager = "grantor-dev"

const (
	requestBound = 15 * time.Second
	applyBound   = 30 * time.Second
)

// applier applies objects of any kind.
type applier struct {
	client    dynamic.Interface
	discovery discovery.DiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
}

func newApplier(cfg *rest.Config) (*applier, error) {
	client, err := dynamic.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	disco, err := discovery.NewDiscoveryClientForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("make a discovery client: %w", err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(disco))
	return &applier{client: client, discovery: disco, mapper: mapper}, nil
}

// Apply applies the objects in order with server-side apply, as the field
// manager grantor-dev, and takes over fields of others. What a moment cures,
// such as a namespace that is not there yet, is tried again.
func Apply(ctx context.Context, cfg *rest.Config, objects []*unstructured.Unstructured) error {
	a, err := newApplier(cfg)
	if err != nil {
		return err
	}
	return a.applyAll(ctx, objects)
}

func (a *applier) applyAll(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		if err := a.apply(ctx, object); err != nil {
			return fmt.Errorf("apply %s: %w", describe(object), err)
		}
	}
	return nil
}

func (a *applier) apply(ctx context.Context, object *unstructured.Unstructured) error {
	return await(ctx, "the API server to take it", applyBound, 200*time.Millisecond,
		func(ctx context.Context) error {
			resource, err := a.resource(object)
			if err == nil {
				ctx, cancel := context.WithTimeout(ctx, requestBound)
				defer cancel()
				_, err = resource.Apply(ctx, object.GetName(), object,
					metav1.ApplyOptions{FieldManager: FieldManager, Force: true})
			}
			if err != nil && !curable(err) {
				return hopeless{err}
			}
			return err
		})
}

// resource finds the endpoint for an object, in the API server's words of now
// where those of before do not know its kind.
func (a *applier) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := a.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		a.mapper.Reset()
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return a.client.Resource(mapping.Resource), nil
	}
	return a.client.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}

func describe(object *unstructured.Unstructured) string {
	if object.GetNamespace() == "" {
		return object.GetKind() + " " + object.GetName()
	}
	return object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
}
