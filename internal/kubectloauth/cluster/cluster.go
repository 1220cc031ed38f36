package cluster

import (
	"context"
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// FieldManager is who changes objects, as managedFields say it.
const FieldManager = "kubectl-oauth"

// HTTPRoute is a kind of the Gateway API, which is read without its Go types.
var HTTPRoute = schema.GroupVersionKind{Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute"}

// Cluster is an API server.
type Cluster struct {
	client.Client
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
	if err := errors.Join(
		appsv1.AddToScheme(scheme), corev1.AddToScheme(scheme), networkingv1.AddToScheme(scheme),
		oauthv1alpha1.AddToScheme(scheme), sessionv1alpha1.AddToScheme(scheme),
	); err != nil {
		return nil, fmt.Errorf("register kinds: %w", err)
	}
	api, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper()})
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	return &Cluster{Client: client.WithFieldOwner(api, FieldManager), Namespace: namespace}, nil
}

// mapper knows the kinds that are read, so that the API server is not asked which there
// are.
func mapper() meta.RESTMapper {
	known := meta.NewDefaultRESTMapper(nil)
	for group, kinds := range map[schema.GroupVersion][]string{
		oauthv1alpha1.GroupVersion:      {"OAuthClient", "OAuthServer", "OAuthClientPolicy", "OAuthUser"},
		sessionv1alpha1.GroupVersion:    {"Grant", "Login", "Consent", "Approval", "Person", "Enrollment"},
		corev1.SchemeGroupVersion:       {"Secret", "Service"},
		appsv1.SchemeGroupVersion:       {"Deployment", "StatefulSet", "DaemonSet"},
		networkingv1.SchemeGroupVersion: {"Ingress"},
		HTTPRoute.GroupVersion():        {HTTPRoute.Kind},
	} {
		for _, kind := range kinds {
			known.Add(group.WithKind(kind), meta.RESTScopeNamespace)
		}
	}
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

// OAuthServer reads an OAuthServer of the namespace.
func (c *Cluster) OAuthServer(ctx context.Context, name string) (*oauthv1alpha1.OAuthServer, error) {
	object := &oauthv1alpha1.OAuthServer{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: name}, object); err != nil {
		return nil, fmt.Errorf("read OAuthServer %s/%s: %w", c.Namespace, name, err)
	}
	return object, nil
}
