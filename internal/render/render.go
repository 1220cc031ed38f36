package render

import (
	"errors"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/render/patches"
)

// ErrImageUnknown says that neither the server nor the operator names an image.
var ErrImageUnknown = errors.New("no image is known: set spec.deployment.image, or start the operator with --server-image")

// Objects returns what runs the server, in the order in which it should be applied,
// or nothing if spec.deployment is unset. The image is the one that a server without
// spec.deployment.image gets. An error is ErrImageUnknown or a *patches.Error unless
// this package itself is wrong.
func Objects(server *oauthv1alpha1.OAuthServer, image string) ([]*unstructured.Unstructured, error) {
	if server.Spec.Deployment == nil {
		return nil, nil
	}
	if server.Spec.Deployment.Image != "" {
		image = server.Spec.Deployment.Image
	}
	if image == "" {
		return nil, ErrImageUnknown
	}
	rendered, err := base(server, image)
	if err != nil {
		return nil, err
	}
	return patches.Apply(rendered, server.Spec.Deployment.Patches)
}
