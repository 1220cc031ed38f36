package main

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// sessionKinds are the kinds that the server writes.
var sessionKinds = []string{"Grant", "Login", "Consent", "Mark"}

// count returns how many objects of the kinds there are. It reads one of each, and
// the API server knows how many are behind that.
func (b *bench) count(ctx context.Context, kinds ...string) (int, error) {
	sum := 0
	for _, kind := range kinds {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind(kind + "List"))
		if err := b.Admin.List(ctx, list, client.InNamespace(devenv.SystemNamespace), client.Limit(1)); err != nil {
			return 0, fmt.Errorf("count objects of kind %s: %w", kind, err)
		}
		sum += len(list.Items)
		if list.RemainingItemCount != nil {
			sum += int(*list.RemainingItemCount)
		}
	}
	return sum, nil
}
