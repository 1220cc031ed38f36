package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// schema is that of hack/chart/values.schema.yaml, in which server.spec is what the CRD
// says about an OAuthServer, so that helm refuses what the API server would refuse.
func schema(config string, into files) error {
	content, err := os.ReadFile(filepath.Join(config, "..", "hack", "chart", "values.schema.yaml"))
	if err != nil {
		return err
	}
	values := map[string]any{}
	if err := yaml.Unmarshal(content, &values); err != nil {
		return fmt.Errorf("read the schema of the values: %w", err)
	}
	spec, err := serverSpec(config)
	if err != nil {
		return err
	}
	definitions, ok := values["$defs"].(map[string]any)
	if !ok {
		return errors.New("the schema of the values has no $defs")
	}
	definitions["OAuthServerSpec"] = spec
	text, err := json.MarshalIndent(values, "", "  ")
	into["values.schema.json"] = string(text) + "\n"
	return err
}

func serverSpec(config string) (map[string]any, error) {
	content, err := os.ReadFile(filepath.Join(config, "crd", "bases", "oauth.grantor.dev_oauthservers.yaml"))
	if err != nil {
		return nil, err
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(content, &crd); err != nil {
		return nil, fmt.Errorf("read the CRD of OAuthServers: %w", err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	// The chart asks for it only where it makes a server.
	spec.Required = nil
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("write the schema of OAuthServers: %w", err)
	}
	plain := map[string]any{}
	if err := json.Unmarshal(text, &plain); err != nil {
		return nil, fmt.Errorf("read the schema of OAuthServers: %w", err)
	}
	strict(plain)
	return plain, nil
}

// strict makes JSON schema of a structural schema: unknown fields are refused, and what
// only an API server understands is left out.
func strict(schema map[string]any) {
	for key := range schema {
		if len(key) > 2 && key[:2] == "x-" {
			delete(schema, key)
		}
	}
	delete(schema, "default")
	delete(schema, "format")
	properties, _ := schema["properties"].(map[string]any)
	for _, property := range properties {
		if inner, ok := property.(map[string]any); ok {
			strict(inner)
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		strict(items)
	}
	if values, ok := schema["additionalProperties"].(map[string]any); ok {
		strict(values)
	} else if properties != nil {
		schema["additionalProperties"] = false
	}
}
