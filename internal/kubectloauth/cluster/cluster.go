package cluster

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Cluster reads from an API server.
type Cluster struct {
	client.Reader
	// Namespace is the one of the flags or of the kubeconfig.
	Namespace string
}

// Open returns the cluster of the flags. It sends no request yet.
func (f *Flags) Open() (*Cluster, error) {
	config, namespace, err := f.rest()
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), oauthv1alpha1.AddToScheme(scheme)); err != nil {
		return nil, fmt.Errorf("register kinds: %w", err)
	}
	reader, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper()})
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	return &Cluster{Reader: reader, Namespace: namespace}, nil
}

// mapper knows the kinds that are read, so that the API server is not asked which there
// are.
func mapper() meta.RESTMapper {
	known := meta.NewDefaultRESTMapper(nil)
	for _, kind := range []string{"OAuthClient", "OAuthServer", "OAuthClientPolicy"} {
		known.Add(oauthv1alpha1.GroupVersion.WithKind(kind), meta.RESTScopeNamespace)
	}
	known.Add(corev1.SchemeGroupVersion.WithKind("Secret"), meta.RESTScopeNamespace)
	known.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	return known
}

// OAuthClient reads an OAuthClient of the namespace.
func (c *Cluster) OAuthClient(ctx context.Context, name string) (*oauthv1alpha1.OAuthClient, error) {
	object := &oauthv1alpha1.OAuthClient{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: name}, object); err != nil {
		return nil, fmt.Errorf("read OAuthClient %s/%s: %w", c.Namespace, name, err)
	}
	return object, nil
}
