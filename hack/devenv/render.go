package devenv

import (
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// kustomize keeps its OpenAPI schema in a global variable without a lock.
var oneRendering sync.Mutex

// Render builds the kustomization in dir in memory.
func Render(dir string) ([]*unstructured.Unstructured, error) {
	oneRendering.Lock()
	defer oneRendering.Unlock()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", dir, err)
	}
	objects := make([]*unstructured.Unstructured, 0, built.Size())
	for _, resource := range built.Resources() {
		content, err := resource.AsYAML()
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", dir, err)
		}
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(content, object); err != nil {
			return nil, fmt.Errorf("render %s: read %s: %w", dir, resource.CurId(), err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}
