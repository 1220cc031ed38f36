package cluster

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// pageSize is how many objects one answer has.
const pageSize = 500

// Pages lists objects in pages and calls take with each. An empty namespace is all of them.
func Pages[T client.ObjectList](ctx context.Context, c *Cluster, namespace string, fresh func() T, take func(T)) error {
	for from := ""; ; {
		// What is read into a list that was read before shares memory with it.
		page := fresh()
		err := c.List(ctx, page, client.InNamespace(namespace), client.Limit(pageSize), client.Continue(from))
		if next := afterExpiry(err); from != "" && next != "" {
			from = next
			continue
		}
		if err != nil {
			return err
		}
		take(page)
		if from = page.GetContinue(); from == "" {
			return nil
		}
	}
}

// afterExpiry returns where a list can go on whose snapshot the API server has forgotten:
// what follows is newer than what was read.
func afterExpiry(err error) string {
	if status, ok := errors.AsType[*apierrors.StatusError](err); ok && apierrors.IsResourceExpired(err) {
		return status.Status().Continue
	}
	return ""
}
