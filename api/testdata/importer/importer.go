// Package importer is what a program looks like that uses the kinds of Grantor.
package importer

import (
	"k8s.io/apimachinery/pkg/runtime"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Scheme returns a scheme with the kinds of Grantor.
func Scheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := oauthv1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return scheme, sessionv1alpha1.AddToScheme(scheme)
}
