package restore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Input is a text and what to call it.
type Input struct {
	Name    string
	Content []byte
}

// read returns the objects of all inputs, those of lists one by one.
func read(inputs []Input) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, input := range inputs {
		reader := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(input.Content)))
		for n := 1; ; n++ {
			text, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			var more []*unstructured.Unstructured
			if err == nil {
				more, err = document(text)
			}
			if err != nil {
				return nil, fmt.Errorf("%s, document %d: %w", input.Name, n, err)
			}
			objects = append(objects, more...)
		}
	}
	return objects, nil
}

func document(text []byte) ([]*unstructured.Unstructured, error) {
	var raw any
	if err := yaml.UnmarshalStrict(text, &raw); err != nil {
		return nil, unreadable(err)
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

var lineNumber = regexp.MustCompile(`\bline ([0-9]+)`)

// unreadable tells the place of a mistake only: what a decoder says of it may quote a
// secret.
func unreadable(err error) error {
	if match := lineNumber.FindStringSubmatch(err.Error()); match != nil {
		return fmt.Errorf("it is not YAML, or says something twice, near line %s", match[1])
	}
	return errors.New("it is not YAML, or says something twice")
}
