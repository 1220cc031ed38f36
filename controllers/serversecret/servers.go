package serversecret

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Servers returns the OAuthServers of a namespace that are not being deleted.
func Servers(ctx context.Context, reader client.Reader, namespace string) ([]oauthv1alpha1.OAuthServer, error) {
	list := &oauthv1alpha1.OAuthServerList{}
	if err := reader.List(ctx, list, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("list servers: %w", err)
	}
	return slices.DeleteFunc(list.Items, func(one oauthv1alpha1.OAuthServer) bool { return one.DeletionTimestamp != nil }), nil
}
