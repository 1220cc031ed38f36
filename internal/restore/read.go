package restore

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/internal/documents"
)

// read returns the objects of all inputs, those of lists one by one.
func read(inputs []documents.Input) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, input := range inputs {
		err := input.Each(func(text []byte) error {
			more, err := document(text)
			objects = append(objects, more...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return objects, nil
}

func document(text []byte) ([]*unstructured.Unstructured, error) {
	var raw any
	if err := yaml.UnmarshalStrict(text, &raw); err != nil {
		return nil, documents.Unreadable(err)
	}
	if raw == nil {
		return nil, nil
	}
	return objectsOf(raw)
}

func objectsOf(raw any) ([]*unstructured.Unstructured, error) {
	content, isObject := raw.(map[string]any)
	if !isObject {
		return nil, errors.New("it is no object")
	}
	items, isList := content["items"].([]any)
	if !isList {
		return []*unstructured.Unstructured{{Object: content}}, nil
	}
	var objects []*unstructured.Unstructured
	for i, item := range items {
		more, err := objectsOf(item)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		objects = append(objects, more...)
	}
	return objects, nil
}
