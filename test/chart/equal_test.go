package chart

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// What the chart has beside what config/ says, and why.
var (
	labelsOfTheChart = map[string]string{
		"app.kubernetes.io/instance":   "says which release made it, by convention",
		"app.kubernetes.io/managed-by": "Helm takes over nothing without it",
		"app.kubernetes.io/part-of":    "finds everything of the chart",
		"app.kubernetes.io/version":    "says which version made it, by convention",
		"helm.sh/chart":                "says which chart made it, by convention",
	}
	annotationsOfTheChart = map[string]string{
		"helm.sh/resource-policy": "Helm keeps kinds, and the roles of servers that run, when it uninstalls",
	}
	onlyInConfig = map[string]string{
		"Namespace grantor-system": "helm install --create-namespace makes the namespace of the release",
	}
	onlyInChart = map[string]string{
		"ConfigMap grantor-dashboard": "config/components/metrics has it as a file, for those who import it",
	}
)

// TestSameAsKustomize compares each object of the chart with that of config/.
func TestSameAsKustomize(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		folder string
		args   []string
	}{
		"by default": {in(t, "config", "default"), nil},
		"with everything": {in(t, "test", "chart", "testdata", "components"), []string{
			"--set", "admissionPolicies.enabled=true", "--set", "operator.networkPolicy.enabled=true",
			"--set", "metrics.serviceMonitor.enabled=true", "--set", "metrics.prometheusRule.enabled=true",
			"--set", "metrics.dashboard.enabled=true",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wanted, err := devenv.Render(test.folder)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, byTitle(t, wanted), byTitle(t, rendered(t, devenv.SystemNamespace, test.args...)))
		})
	}
}

func compare(t *testing.T, wanted, got map[string]any) {
	t.Helper()
	for title, object := range wanted {
		other, ok := got[title]
		if _, known := onlyInConfig[title]; known {
			continue
		}
		if !ok {
			t.Errorf("the chart has no %s", title)
		} else if difference := cmp.Diff(object, other); difference != "" {
			t.Errorf("%s differs (- config, + chart):\n%s", title, difference)
		}
	}
	for title := range got {
		if _, ok := wanted[title]; !ok && onlyInChart[title] == "" {
			t.Errorf("config/ has no %s", title)
		}
	}
	if len(wanted) < 20 {
		t.Errorf("config/ has only %d objects", len(wanted))
	}
}

// byTitle returns objects as plain JSON, without what only the chart has.
func byTitle(t *testing.T, objects []*unstructured.Unstructured) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, object := range objects {
		object.SetLabels(without(object.GetLabels(), labelsOfTheChart))
		object.SetAnnotations(without(object.GetAnnotations(), annotationsOfTheChart))
		text, err := json.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		// The chart names its release; a kustomization brings the image.
		text = bytes.ReplaceAll(text, []byte("grantor:"+appVersion(t)), []byte("grantor"))
		var plain any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		title := object.GetKind() + " " + object.GetName()
		if out[title] != nil {
			t.Errorf("there are two of %s", title)
		}
		out[title] = plain
	}
	return out
}

// appVersion is the release that the chart installs.
func appVersion(t *testing.T) string {
	t.Helper()
	version, _ := values(t, in(t, "charts", "grantor", "Chart.yaml"))["appVersion"].(string)
	if !regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(version) {
		t.Fatalf("appVersion is %q, which is no tag", version)
	}
	return version
}

func without(all, some map[string]string) map[string]string {
	rest := maps.Clone(all)
	for key := range some {
		delete(rest, key)
	}
	if len(rest) == 0 {
		return nil
	}
	return rest
}

// TestNamespaceOfTheRelease: nothing speaks of the namespace that config/ has.
func TestNamespaceOfTheRelease(t *testing.T) {
	t.Parallel()
	for _, object := range rendered(t, "identity", "--values", in(t, "test", "chart", "testdata", "everything.yaml")) {
		// Descriptions of fields may give an example.
		if object.GetKind() == "CustomResourceDefinition" {
			continue
		}
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), devenv.SystemNamespace) {
			t.Errorf("%s %s speaks of %s:\n%s", object.GetKind(), object.GetName(), devenv.SystemNamespace, text)
		}
	}
}
