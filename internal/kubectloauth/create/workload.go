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
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

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

// servicesOf are the names of the Services that select the pods.
func servicesOf(ctx context.Context, in *cluster.Cluster, pods *corev1.PodTemplateSpec) (map[string]bool, error) {
	list := &corev1.ServiceList{}
	if err := in.List(ctx, list, client.InNamespace(in.Namespace)); err != nil {
		return nil, fmt.Errorf("list Services: %w", err)
	}
	names := map[string]bool{}
	for i := range list.Items {
		selector := list.Items[i].Spec.Selector
		if len(selector) > 0 && labels.SelectorFromSet(selector).Matches(labels.Set(pods.Labels)) {
			names[list.Items[i].Name] = true
		}
	}
	return names, nil
}

// leads reports whether a host of an Ingress leads to one of the Services.
func leads(ingress *networkingv1.Ingress, services map[string]bool) bool {
	for _, rule := range ingress.Spec.Rules {
		if rule.Host == "" || strings.HasPrefix(rule.Host, "*") || rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			if path.Backend.Service != nil && services[path.Backend.Service.Name] {
				return true
			}
		}
	}
	return false
}

// routed reports whether an HTTPRoute with a host leads to one of the Services.
func routed(route *unstructured.Unstructured, services map[string]bool) bool {
	hosts, _, _ := unstructured.NestedStringSlice(route.Object, "spec", "hostnames")
	rules, _, _ := unstructured.NestedSlice(route.Object, "spec", "rules")
	for _, rule := range rules {
		fields, _ := rule.(map[string]any)
		backends, _, _ := unstructured.NestedSlice(fields, "backendRefs")
		for _, backend := range backends {
			ref, _ := backend.(map[string]any)
			kind, _, _ := unstructured.NestedString(ref, "kind")
			name, _, _ := unstructured.NestedString(ref, "name")
			namespace, _, _ := unstructured.NestedString(ref, "namespace")
			if (kind == "" || kind == "Service") && (namespace == "" || namespace == route.GetNamespace()) && services[name] && len(hosts) > 0 {
				return true
			}
		}
	}
	return false
}
