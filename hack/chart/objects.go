package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

const (
	labelsLine = "\n  labels:\n    {{- include \"grantor.labels\" $ | nindent 4 }}"
	// holder stands for the labels of the chart until the object is text.
	holder = "grantor.labels"
)

// roles are written but for what the chart has fields for: the ServiceAccounts. The
// namespace is that of the release, which Helm makes.
func roles(config string, into files) error {
	objects, err := devenv.Render(filepath.Join(config, "rbac"))
	if err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, func(o *unstructured.Unstructured) bool {
		return o.GetKind() == "ServiceAccount" || o.GetKind() == "Namespace"
	})
	for _, object := range objects {
		// A server that runs goes on while nothing is installed.
		if object.GetKind() == "ClusterRole" && strings.HasPrefix(object.GetName(), "grantor-server") {
			object.SetAnnotations(map[string]string{"helm.sh/resource-policy": "keep"})
		}
	}
	text, err := template(objects)
	into["templates/rbac.yaml"] = generated("rbac") + text
	return err
}

func admissionPolicies(config string, into files) error {
	objects, err := devenv.Render(filepath.Join(config, "admission"))
	if err != nil {
		return err
	}
	text, err := template(objects)
	into["templates/admission.yaml"] = generated("admission") + when(".Values.admissionPolicies.enabled", text)
	return err
}

func networkPolicies(config string, into files) error {
	const from = "components/network-policy/operator.yaml"
	text, err := fromFile(filepath.Join(config, from))
	into["templates/networkpolicy.yaml"] = generated(from) + when(".Values.operator.networkPolicy.enabled", text)
	return err
}

func alerts(config string, into files) error {
	const from = "components/metrics/alerts.yaml"
	text, err := fromFile(filepath.Join(config, from))
	text = strings.ReplaceAll(text, `include "grantor.labels" $`, `include "grantor.labels.with" (list $ .Values.metrics.prometheusRule.labels)`)
	into["templates/prometheusrule.yaml"] = generated(from) + when(".Values.metrics.prometheusRule.enabled", text)
	return err
}

// dashboard is copied: its braces are for Grafana.
func dashboard(config string, into files) error {
	content, err := os.ReadFile(filepath.Join(config, "components", "metrics", "dashboard.json"))
	into["files/dashboard.json"] = string(content)
	return err
}

func fromFile(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(content, object); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	object.SetNamespace(namespace)
	return template([]*unstructured.Unstructured{object})
}

// template writes objects as text of a template.
func template(objects []*unstructured.Unstructured) (string, error) {
	var out strings.Builder
	for _, object := range objects {
		labels := object.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels[holder] = ""
		object.SetLabels(labels)
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			return "", fmt.Errorf("write %s %s: %w", object.GetKind(), object.GetName(), err)
		}
		out.WriteString("---\n" + released(string(text)))
	}
	return out.String(), nil
}

// released puts in what only a release knows.
func released(text string) string {
	return strings.NewReplacer(
		"\n  labels:\n    "+holder+": \"\"", labelsLine,
		"\n    "+holder+": \"\"", "\n    {{- include \"grantor.labels\" $ | nindent 4 }}",
		": "+namespace+"\n", ": {{ .Release.Namespace | quote }}\n",
		namespace, "{{ .Release.Namespace }}",
	).Replace(literal(text))
}
