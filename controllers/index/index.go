package index

import (
	"context"
	"errors"
	"fmt"

	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// errNoIndexer says that the informers are not those of client-go.
var errNoIndexer = errors.New("the cache gives no access to its objects")

// Index finds objects of one kind.
type Index[T client.Object] struct {
	name    string
	objects toolscache.Indexer
}

// New adds an index to the cache of a kind, before the cache is started. The name is unique
// for the kind.
func New[T client.Object](ctx context.Context, informers cache.Informers, kind T, name string, value func(T) string) (*Index[T], error) {
	informer, err := informers.GetInformer(ctx, kind, cache.BlockUntilSynced(false))
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", name, err)
	}
	shared, ok := informer.(toolscache.SharedIndexInformer)
	if !ok {
		return nil, fmt.Errorf("index %s: %w", name, errNoIndexer)
	}
	err = shared.AddIndexers(toolscache.Indexers{name: func(object any) ([]string, error) {
		one, ok := object.(T)
		if !ok {
			return nil, nil
		}
		return []string{value(one)}, nil
	}})
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", name, err)
	}
	return &Index[T]{name: name, objects: shared.GetIndexer()}, nil
}

// Of returns the objects with a value, in no order. They are those of the cache and must
// not be changed.
func (i *Index[T]) Of(value string) ([]T, error) {
	objects, err := i.objects.ByIndex(i.name, value)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", i.name, err)
	}
	out := make([]T, 0, len(objects))
	for _, object := range objects {
		if one, ok := object.(T); ok {
			out = append(out, one)
		}
	}
	return out, nil
}
