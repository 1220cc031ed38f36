package render

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// ErrImageUnknown says that neither the server nor the operator names an image.
var ErrImageUnknown = errors.New("no image is known: set spec.deployment.image, or start the operator with --server-image")

// PatchError says which patch is refused and why.
type PatchError struct {
	Index int
	Err   error
}

// Error implements error.
func (e *PatchError) Error() string {
	return fmt.Sprintf("spec.deployment.patches[%d]: %v", e.Index, e.Err)
}

// Unwrap returns what is wrong with the patch.
func (e *PatchError) Unwrap() error { return e.Err }

// Objects returns what runs the server, in the order in which it should be applied,
// or nothing if spec.deployment is unset. The image is the one that a server without
// spec.deployment.image gets. An error is ErrImageUnknown or a *PatchError unless
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
	if len(server.Spec.Deployment.Patches) == 0 {
		return rendered, nil
	}
	objects, err := patched(rendered, rendered, server.Spec.Deployment.Patches)
	if err != nil {
		return nil, blame(rendered, server.Spec.Deployment.Patches, err)
	}
	return objects, nil
}

// patched returns objects with patches, if all of them are allowed to what was rendered.
func patched(rendered, objects []*unstructured.Unstructured, patches []oauthv1alpha1.DeploymentPatch) ([]*unstructured.Unstructured, error) {
	objects, err := apply(objects, patches)
	if err != nil {
		return nil, err
	}
	return objects, check(rendered, objects)
}

// blame finds the first patch with which it goes wrong: kustomize does not say.
func blame(rendered []*unstructured.Unstructured, patches []oauthv1alpha1.DeploymentPatch, err error) error {
	objects := rendered
	for i := range patches {
		var wrong error
		if objects, wrong = patched(rendered, objects, patches[i:i+1]); wrong != nil {
			return &PatchError{Index: i, Err: wrong}
		}
	}
	return &PatchError{Index: len(patches) - 1, Err: err}
}
