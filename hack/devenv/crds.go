package devenv

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// servedBound covers the seconds that the first request for a new CRD can
// take, several times.
const servedBound = 60 * time.Second

var definitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

// awaitServed waits until every version of the CRDs answers requests: being
// Established comes before being discoverable, and that before being served.
func (a *applier) awaitServed(ctx context.Context, crds []*unstructured.Unstructured) error {
	for _, crd := range crds {
		if crd.GetKind() != "CustomResourceDefinition" {
			continue
		}
		resources, err := servedResources(crd)
		if err != nil {
			return err
		}
		what := "the API server to serve " + crd.GetName()
		err = await(ctx, what, servedBound, 50*time.Millisecond, func(ctx context.Context) error {
			return a.served(ctx, crd.GetName(), resources)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) served(ctx context.Context, name string, resources []schema.GroupVersionResource) error {
	ctx, cancel := context.WithTimeout(ctx, requestBound)
	defer cancel()
	crd, err := a.client.Resource(definitions).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if !established(crd) {
		return fmt.Errorf("it is not Established")
	}
	for _, resource := range resources {
		if err := a.discoverable(resource); err != nil {
			return err
		}
		if _, err := a.client.Resource(resource).List(ctx, metav1.ListOptions{Limit: 1}); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) discoverable(resource schema.GroupVersionResource) error {
	list, err := a.discovery.ServerResourcesForGroupVersion(resource.GroupVersion().String())
	if err != nil {
		return err
	}
	for _, known := range list.APIResources {
		if known.Name == resource.Resource {
			return nil
		}
	}
	return fmt.Errorf("discovery does not list %s in %s", resource.Resource, resource.GroupVersion())
}

func established(crd *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(crd.Object, "status", "conditions")
	for _, condition := range conditions {
		fields, _ := condition.(map[string]any)
		if fields["type"] == "Established" && fields["status"] == "True" {
			return true
		}
	}
	return false
}

// servedResources returns what a CRD says it serves.
func servedResources(crd *unstructured.Unstructured) ([]schema.GroupVersionResource, error) {
	group, _, _ := unstructured.NestedString(crd.Object, "spec", "group")
	plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	var resources []schema.GroupVersionResource
	for _, version := range versions {
		fields, _ := version.(map[string]any)
		if name, _ := fields["name"].(string); name != "" && fields["served"] == true {
			resources = append(resources, schema.GroupVersionResource{Group: group, Version: name, Resource: plural})
		}
	}
	if len(resources) == 0 {
		return nil, fmt.Errorf("read CRD %s: it serves no version", crd.GetName())
	}
	return resources, nil
}
