package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
)

// resync is a safety net only; watches do the work.
const resync = 12 * time.Hour

// Config is what the controllers are given.
type Config struct {
	Client             *rest.Config
	CA                 []byte // published to every namespace and token Secret
	ServiceAccountsKey string // file
}

// shared is what a constructor may draw on.
type shared struct {
	Config
	client    kubernetes.Interface
	metadata  metadata.Interface
	typed     informers.SharedInformerFactory
	untyped   metadatainformer.SharedInformerFactory
	informing chan struct{} // closed once the informers are started
}

// run blocks until its context ends.
type run func(context.Context)

// Run runs all controllers until ctx ends. An error means none was started.
func Run(ctx context.Context, config Config) error {
	s, err := share(config)
	if err != nil {
		return fmt.Errorf("connect controllers: %w", err)
	}
	var runs []run
	for name, construct := range map[string]func(context.Context, *shared) (run, error){
		"garbage collector":        garbageCollector,
		"namespace":                namespaces,
		"service account":          serviceAccounts,
		"service account token":    serviceAccountTokens,
		"root CA publisher":        rootCA,
		"cluster role aggregation": clusterRoleAggregation,
	} {
		one, err := construct(ctx, s)
		if err != nil {
			return fmt.Errorf("construct %s controller: %w", name, err)
		}
		runs = append(runs, one)
	}

	s.typed.Start(ctx.Done())
	s.untyped.Start(ctx.Done())
	close(s.informing)

	var group sync.WaitGroup
	for _, one := range runs {
		group.Go(func() { one(ctx) })
	}
	group.Wait()
	return nil
}

func share(config Config) (*shared, error) {
	client, err := kubernetes.NewForConfig(config.Client)
	if err != nil {
		return nil, err
	}
	objects, err := metadata.NewForConfig(config.Client)
	if err != nil {
		return nil, err
	}
	return &shared{
		Config:    config,
		client:    client,
		metadata:  objects,
		typed:     informers.NewSharedInformerFactory(client, resync),
		untyped:   metadatainformer.NewSharedInformerFactory(objects, resync),
		informing: make(chan struct{}),
	}, nil
}
