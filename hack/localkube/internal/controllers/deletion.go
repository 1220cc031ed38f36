package controllers

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/restmapper"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/namespace"
)

const (
	workers = 10

	// discoveryPeriod bounds how long a new CRD stays unknown to the garbage
	// collector. Upstream takes 30 s, too long for a test that installs one.
	discoveryPeriod = 2 * time.Second

	// initialSync bounds the wait for one resource that cannot be watched.
	initialSync = 30 * time.Second
)

func garbageCollector(ctx context.Context, s *shared) (run, error) {
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(s.client.Discovery()))
	collector, err := garbagecollector.NewGarbageCollector(
		ctx, s.client, s.metadata, mapper,
		map[schema.GroupResource]struct{}{{Resource: "events"}: {}, {Group: "events.k8s.io", Resource: "events"}: {}},
		informerfactory.NewInformerFactory(s.typed, s.untyped),
		s.informing,
	)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) {
		// A version added to a known CRD changes no preferred resource and is
		// noticed only here.
		go wait.Until(mapper.Reset, initialSync, ctx.Done())
		go collector.Sync(ctx, s.client.Discovery(), discoveryPeriod)
		collector.Run(ctx, workers, initialSync)
	}, nil
}

func namespaces(ctx context.Context, s *shared) (run, error) {
	controller := namespace.NewNamespaceController(
		ctx, s.client, s.metadata,
		s.client.Discovery().ServerPreferredNamespacedResources,
		s.typed.Core().V1().Namespaces(),
		resync,
		corev1.FinalizerKubernetes,
	)
	return func(ctx context.Context) { controller.Run(ctx, workers) }, nil
}
