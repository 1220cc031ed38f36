package chart

import (
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// TestAccepted asks an API server, strictly, about everything that the chart and config/
// can render, in a namespace that enforces the restricted Pod Security Standard.
func TestAccepted(t *testing.T) {
	c := installedCluster(t, helm4)
	c.namespace(t, namespace)
	c.established(t, prometheusKinds()...)
	fromConfig, err := devenv.Render(in(t, "test", "chart", "testdata", "components"))
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "server.create=true,server.spec.issuer=https://auth.example.com"
	for name, objects := range map[string][]*unstructured.Unstructured{
		"config/ with all components": fromConfig,
		"the chart by default":        rendered(t, namespace),
		"the chart with a server":     rendered(t, namespace, "--set", issuer),
		"the chart with a server elsewhere": rendered(t, namespace,
			"--set", issuer+",server.spec.deployment=null"),
		"the chart with everything": rendered(t, namespace, "--values", in(t, "test", "chart", "testdata", "everything.yaml")),
	} {
		seen := 0
		for _, object := range objects {
			if object.GetNamespace() == "" {
				// Helm puts it where the release is.
				if scoped := map[string]bool{"OAuthClientPolicy": true, "PrometheusRule": true, "Secret": true}; scoped[object.GetKind()] {
					object.SetNamespace(namespace)
				}
			}
			seen++
			// What is installed already is judged all the same, before its name is.
			if err := c.strictly(t, object); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Errorf("%s: %s %s: %v", name, object.GetKind(), object.GetName(), err)
			}
		}
		if seen < 24 {
			t.Errorf("%s has only %d objects", name, seen)
		}
	}
	unknown := rendered(t, namespace)[0]
	unknown.SetName("another")
	unknown.Object["unknown"] = "field"
	if c.strictly(t, unknown) == nil {
		t.Error("the API server takes an unknown field")
	}
}

// prometheusKinds are the kinds of the Prometheus operator with as much of their schema as
// we use: the real ones have megabytes, and would come from another project's release.
func prometheusKinds() []*apiextensionsv1.CustomResourceDefinition {
	text := apiextensionsv1.JSONSchemaProps{Type: "string"}
	texts := object(nil)
	texts.AdditionalProperties = &apiextensionsv1.JSONSchemaPropsOrBool{Schema: &text}
	duration := apiextensionsv1.JSONSchemaProps{
		Type: "string", Pattern: `^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$`,
	}
	relabelings := list(object(map[string]apiextensionsv1.JSONSchemaProps{
		"sourceLabels": list(text), "targetLabel": text, "regex": text, "action": text, "separator": text, "replacement": text,
	}))
	monitor := object(map[string]apiextensionsv1.JSONSchemaProps{
		"selector":          object(map[string]apiextensionsv1.JSONSchemaProps{"matchLabels": texts}),
		"namespaceSelector": object(map[string]apiextensionsv1.JSONSchemaProps{"any": {Type: "boolean"}}),
		"targetLabels":      list(text),
		"endpoints": list(object(map[string]apiextensionsv1.JSONSchemaProps{
			"port": text, "path": text, "honorLabels": {Type: "boolean"},
			"interval": duration, "scrapeTimeout": duration, "relabelings": relabelings, "metricRelabelings": relabelings,
		})),
	})
	rule := object(map[string]apiextensionsv1.JSONSchemaProps{
		"groups": list(object(map[string]apiextensionsv1.JSONSchemaProps{
			"name": text, "interval": text,
			"rules": list(object(map[string]apiextensionsv1.JSONSchemaProps{
				"alert": text, "record": text, "expr": {XIntOrString: true}, "for": text, "keep_firing_for": text, "labels": texts, "annotations": texts,
			})),
		})),
	})
	return []*apiextensionsv1.CustomResourceDefinition{
		prometheusKind("ServiceMonitor", "servicemonitors", monitor), prometheusKind("PrometheusRule", "prometheusrules", rule),
	}
}

func object(properties map[string]apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{Type: "object", Properties: properties}
}

func list(items apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{Type: "array", Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &items}}
}

func prometheusKind(kind, plural string, spec apiextensionsv1.JSONSchemaProps) *apiextensionsv1.CustomResourceDefinition {
	const group = "monitoring.coreos.com"
	schema := object(map[string]apiextensionsv1.JSONSchemaProps{"spec": spec})
	schema.Required = []string{"spec"}
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: plural + "." + group},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: group, Scope: apiextensionsv1.NamespaceScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Kind: kind, ListKind: kind + "List", Plural: plural},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: "v1", Served: true, Storage: true, Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &schema},
			}},
		},
	}
}
