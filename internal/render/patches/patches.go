package patches

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Error says which patch is refused and why.
type Error struct {
	Index int
	Err   error
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("spec.deployment.patches[%d]: %v", e.Index, e.Err)
}

// Unwrap returns what is wrong with the patch.
func (e *Error) Unwrap() error { return e.Err }

// Apply returns the objects with the patches, if all of them are allowed. The objects stay
// as they are. An error is an *Error unless this package itself is wrong.
func Apply(rendered []*unstructured.Unstructured, patches []oauthv1alpha1.DeploymentPatch) ([]*unstructured.Unstructured, error) {
	if len(patches) == 0 {
		return rendered, nil
	}
	objects, err := patched(rendered, rendered, patches)
	if err != nil {
		return nil, blame(rendered, patches, err)
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
			return &Error{Index: i, Err: wrong}
		}
	}
	return &Error{Index: len(patches) - 1, Err: err}
}
