package installation

import (
	"context"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Create creates an object and waits for nothing.
func Create[T client.Object](t testing.TB, admin client.Client, object T) T {
	t.Helper()
	if err := admin.Create(t.Context(), object); err != nil {
		t.Fatalf("create %s: %v", object.GetName(), err)
	}
	return object
}

// CreateForTest creates an object that is deleted when the test ends.
func CreateForTest[T client.Object](t testing.TB, admin client.Client, object T) T {
	t.Helper()
	Create(t, admin, object)
	t.Cleanup(func() {
		if err := admin.Delete(context.WithoutCancel(t.Context()), object); client.IgnoreNotFound(err) != nil {
			t.Errorf("delete %s: %v", object.GetName(), err)
		}
	})
	return object
}

// Remove deletes an object that is there.
func Remove(t testing.TB, admin client.Client, object client.Object) {
	t.Helper()
	if err := admin.Delete(t.Context(), object); err != nil {
		t.Fatalf("delete %s: %v", object.GetName(), err)
	}
}
