package oauthclient

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// rebind puts a binding right that names a server which is not there, where the client's
// credentials tell of another: those of a server that is gone verify with the keys of no
// other. So a status that was written by hand refuses nobody for good.
func (r *Reconciler) rebind(ctx context.Context, p *pass) error {
	c := p.client
	bound := c.Status.ServerRef
	if c.Spec.ServerRef != nil || bound == nil || len(c.Status.Credentials) == 0 {
		return nil
	}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: bound.Namespace, Name: bound.Name}, &oauthv1alpha1.OAuthServer{})
	if !apierrors.IsNotFound(err) {
		return err
	}
	world, err := r.world(ctx)
	if err != nil {
		return err
	}
	for _, server := range world.Servers {
		peppers, err := r.peppers(ctx, server, c)
		if errors.Is(err, errKeysMissing) {
			continue
		}
		if err != nil {
			return err
		}
		if len(opened(c, peppers.Peppers)) > 0 {
			c.Status.ServerRef = &oauthv1alpha1.ServerReference{Name: server.Name, Namespace: server.Namespace}
			return nil
		}
	}
	return nil
}
