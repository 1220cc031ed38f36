package create

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

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
