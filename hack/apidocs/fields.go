package main

import (
	"maps"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

type schema = apiextensionsv1.JSONSchemaProps

// field is one row of a kind's table.
type field struct {
	path     string
	required bool
	schema   schema
}

// flatten lists the fields below parent, each followed by its own fields.
// Lists continue as path[], maps as path.*; both share a row with their element
// unless that has fields of its own.
func flatten(path string, parent schema) []field {
	var fields []field
	for _, name := range slices.Sorted(maps.Keys(parent.Properties)) {
		child := field{
			path:     join(path, name),
			required: slices.Contains(parent.Required, name),
			schema:   parent.Properties[name],
		}
		fields = append(fields, child)
		fields = append(fields, flatten(elementOf(child.path, child.schema))...)
	}
	return fields
}

// elementOf descends through lists and maps to what they hold.
func elementOf(path string, s schema) (string, schema) {
	switch element, suffix := element(s); {
	case element != nil:
		return elementOf(path+suffix, *element)
	default:
		return path, s
	}
}

// element returns what a list or a map holds with the suffix its path gets, and
// nil for every other schema.
func element(s schema) (*schema, string) {
	switch {
	case s.Items != nil && s.Items.Schema != nil:
		return s.Items.Schema, "[]"
	case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		return s.AdditionalProperties.Schema, ".*"
	default:
		return nil, ""
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// typeName names the type of s as a Go or Kubernetes user would write it.
func typeName(s schema) string {
	switch {
	case s.XIntOrString:
		return "integer or string"
	case s.Type == "array" && s.Items != nil && s.Items.Schema != nil:
		return "[]" + typeName(*s.Items.Schema)
	case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		return "map[string]" + typeName(*s.AdditionalProperties.Schema)
	case s.Type == "":
		return "any"
	case s.Format != "":
		return s.Type + " (" + s.Format + ")"
	default:
		return s.Type
	}
}
