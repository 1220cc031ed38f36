package installation

import (
	"context"
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Edit changes an object as a user would: reads it, changes it, writes it, and starts over if
// it was changed in between. It works while a test cleans up, too.
func Edit[T client.Object](t testing.TB, admin client.Client, object T, change func(T)) T {
	t.Helper()
	ctx, key := context.WithoutCancel(t.Context()), client.ObjectKeyFromObject(object)
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		// What is decoded into a struct leaves alone what the API server does not have.
		if _, ok := any(object).(runtime.Unstructured); !ok {
			reflect.ValueOf(object).Elem().SetZero()
		}
		if err := admin.Get(ctx, key, object); err != nil {
			return err
		}
		change(object)
		return admin.Update(ctx, object)
	})
	if err != nil {
		t.Fatalf("edit %s: %v", key.Name, err)
	}
	return object
}
