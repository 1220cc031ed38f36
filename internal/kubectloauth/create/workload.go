package create

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// fromWorkload adds the redirect URIs of a workload and returns its ServiceAccount.
func (c *command) fromWorkload(ctx context.Context, in *cluster.Cluster, spec *oauthv1alpha1.OAuthClientSpec) (account string, err error) {
	pods, err := template(ctx, in, c.workload)
	if err != nil {
		return "", err
	}
	if c.interactive() && c.redirectPath != "" {
		spec.RedirectURIsFrom, err = sources(ctx, in, pods, c.redirectPath)
		if err != nil {
			return "", err
		}
		if len(spec.RedirectURIsFrom) == 0 && len(c.redirects) == 0 {
			return "", fmt.Errorf("no Ingress and no HTTPRoute of namespace %q with a host leads to %s: name a redirect URI with --redirect", in.Namespace, c.workload)
		}
	}
	account = pods.Spec.ServiceAccountName
	if account == "" {
		account = "default"
	}
	return account, nil
}

// template reads the pods of a workload.
func template(ctx context.Context, in *cluster.Cluster, workload string) (*corev1.PodTemplateSpec, error) {
	kind, name, _ := strings.Cut(workload, "/")
	var object client.Object
	var pods func() *corev1.PodTemplateSpec
	switch strings.ToLower(kind) {
	case "deployment", "deploy", "deployments":
		o := &appsv1.Deployment{}
		object, pods = o, func() *corev1.PodTemplateSpec { return &o.Spec.Template }
	case "statefulset", "sts", "statefulsets":
		o := &appsv1.StatefulSet{}
		object, pods = o, func() *corev1.PodTemplateSpec { return &o.Spec.Template }
	case "daemonset", "ds", "daemonsets":
		o := &appsv1.DaemonSet{}
		object, pods = o, func() *corev1.PodTemplateSpec { return &o.Spec.Template }
	}
	if object == nil || name == "" {
		return nil, cli.Usagef("--for %q is not deployment/NAME, statefulset/NAME or daemonset/NAME", workload)
	}
	if err := in.Get(ctx, client.ObjectKey{Namespace: in.Namespace, Name: name}, object); err != nil {
		return nil, fmt.Errorf("read %s of namespace %q: %w", workload, in.Namespace, err)
	}
	return pods(), nil
}

// sources are the Ingresses and HTTPRoutes that lead to the pods.
func sources(ctx context.Context, in *cluster.Cluster, pods *corev1.PodTemplateSpec, path string) ([]oauthv1alpha1.RedirectSource, error) {
	services, err := servicesOf(ctx, in, pods)
	if err != nil || len(services) == 0 {
		return nil, err
	}
	var out []oauthv1alpha1.RedirectSource
	add := func(kind oauthv1alpha1.RedirectSourceKind, name string) {
		out = append(out, oauthv1alpha1.RedirectSource{Kind: kind, Name: name, Path: oauthv1alpha1.RedirectPath(path)})
	}
	ingresses := &networkingv1.IngressList{}
	if err := in.List(ctx, ingresses, client.InNamespace(in.Namespace)); err != nil {
		return nil, fmt.Errorf("list Ingresses: %w", err)
	}
	for i := range ingresses.Items {
		if leads(&ingresses.Items[i], services) {
			add(oauthv1alpha1.RedirectSourceIngress, ingresses.Items[i].Name)
		}
	}
	routes := &unstructured.UnstructuredList{}
	routes.SetGroupVersionKind(cluster.HTTPRoute.GroupVersion().WithKind(cluster.HTTPRoute.Kind + "List"))
	// A cluster need not have the kind.
	if err := in.List(ctx, routes, client.InNamespace(in.Namespace)); err != nil && !apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("list HTTPRoutes: %w", err)
	}
	for i := range routes.Items {
		if routed(&routes.Items[i], services) {
			add(oauthv1alpha1.RedirectSourceHTTPRoute, routes.Items[i].GetName())
		}
	}
	return out, nil
}
