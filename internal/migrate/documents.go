package migrate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/internal/documents"
	"github.com/grantor-dev/grantor/internal/migrate/dexconnectors"
	"github.com/grantor-dev/grantor/internal/migrate/report"
)

// found is everything in the input that matters.
type found struct {
	options Options
	hydra   []hydraClient
	dex     []dexClient
	// connectors are those of Dex.
	connectors []dexconnectors.Connector
	// skipApproval says that a Dex in the input never asks for consent.
	skipApproval bool
	// secrets are those of the input, by namespace and name.
	secrets map[string]secret
	// ignored names what is in the input and no client.
	ignored []string
	// unreadable says which of the Secrets and ConfigMaps speak of Dex and make no
	// sense; an export of a cluster has others than those that are meant.
	unreadable []string
}

// secret is a Secret of the input.
type secret struct {
	values map[string]string
}

// object is what all kinds have.
type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Items         []json.RawMessage `json:"items"`
	StaticClients any               `json:"staticClients"`
	Connectors    any               `json:"connectors"`
}

// document takes one YAML document in.
func (f *found) document(text []byte) error {
	var raw any
	if err := decode(text, &raw); err != nil {
		return err
	}
	if raw == nil {
		return nil
	}
	if _, isObject := raw.(map[string]any); !isObject {
		return errors.New("it is no object")
	}
	var o object
	if err := decode(text, &o); err != nil {
		return err
	}
	if (o.StaticClients != nil || o.Connectors != nil) && o.Kind == "" {
		return f.dexConfig(text)
	}
	for i, item := range o.Items {
		if err := f.document(item); err != nil {
			return fmt.Errorf("item %d: %w", i+1, err)
		}
	}
	if o.Items != nil {
		return nil
	}
	return f.take(o, text)
}

func (f *found) take(o object, text []byte) error {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	switch {
	case group == "hydra.ory.sh" && o.Kind == "OAuth2Client":
		return f.hydraObject(text)
	case group == "dex.coreos.com" && o.Kind == "OAuth2Client":
		return f.dexObject(text)
	case o.APIVersion == "v1" && (o.Kind == "Secret" || o.Kind == "ConfigMap"):
		return f.data(o, text)
	}
	f.ignored = append(f.ignored, describe(o.Kind, f.namespace(o.Metadata.Namespace), o.Metadata.Name))
	return nil
}

func (f *found) namespace(named string) string {
	if named == "" {
		return f.options.Namespace
	}
	return named
}

func describe(kind, namespace, name string) string {
	if kind == "" {
		return "a document without kind"
	}
	return report.Printable(kind) + " " + report.Printable(namespace) + "/" + report.Printable(name)
}

// decode reads YAML or JSON. What a decoder says of a mistake may quote a secret, so
// only its place is told.
func decode(text []byte, into any) error {
	read := yaml.Unmarshal
	if _, untyped := into.(*any); untyped {
		read = yaml.UnmarshalStrict
	}
	err := read(text, into)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fmt.Errorf("the field %s has a value of the wrong type", report.Quote(wrong.Field))
	}
	return documents.Unreadable(err)
}
