package observability

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/test/debian"
)

const rulesFile = "config/components/metrics/alerts.yaml"

// group is one of alerts.yaml.
type group struct {
	Name  string `json:"name"`
	Rules []rule `json:"rules"`
}

type rule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// example is what an alert fires on, and what not.
type example struct {
	After string   `json:"after"`
	Bad   []series `json:"bad"`
	Good  []series `json:"good"`
}

type series struct {
	Series string `json:"series"`
	Values string `json:"values"`
}

func alerts(t testing.TB) []group {
	t.Helper()
	var spec struct {
		Groups []group `json:"groups"`
	}
	if err := yaml.UnmarshalStrict([]byte(specOf(t)), &spec); err != nil {
		t.Fatal(err)
	}
	return spec.Groups
}

// specOf returns the spec of the PrometheusRule, which is what Prometheus itself reads.
func specOf(t testing.TB) string {
	t.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(read(t, rulesFile)), &object); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(object["spec"])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// promtool runs Prometheus' own checker.
func promtool(t testing.TB, folder string, arguments ...string) {
	t.Helper()
	debian.Ensure(t, debian.Need{What: "Prometheus", Packages: []string{"prometheus"}, Programs: []string{"promtool", "prometheus"}})
	command := exec.CommandContext(t.Context(), "promtool", arguments...)
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
}

// TestAlerts: each fires on what is bad and not on what is good, says what is the
// matter, and leads to a section that says what to do.
func TestAlerts(t *testing.T) {
	t.Parallel()
	folder, guide := t.TempDir(), read(t, "docs/guides/alerts.md")
	write(t, filepath.Join(folder, "rules.yaml"), specOf(t))
	promtool(t, folder, "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml")
	examples := map[string]example{}
	content, err := os.ReadFile("testdata/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(content, &examples); err != nil {
		t.Fatal(err)
	}
	var tests []any
	for _, group := range alerts(t) {
		for _, rule := range group.Rules {
			described(t, rule, guide)
			one, ok := examples[rule.Alert]
			if !ok {
				t.Errorf("nothing shows on what %s fires", rule.Alert)
			}
			delete(examples, rule.Alert)
			tests = append(tests, unit(rule.Alert+" fires", rule, one, one.Bad, true), unit(rule.Alert+" does not fire", rule, one, one.Good, false))
		}
	}
	for name := range examples {
		t.Errorf("there is no alert %s", name)
	}
	for section := range strings.Lines(guide) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(section), "### "); ok && !strings.Contains(specOf(t), "alert: "+name+"\n") {
			t.Errorf("the guide speaks of %s", name)
		}
	}
	text, err := json.Marshal(map[string]any{"rule_files": []string{"rules.yaml"}, "evaluation_interval": "1m", "tests": tests})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "tests.yaml"), string(text))
	promtool(t, folder, "test", "rules", "tests.yaml")
}

// described fails unless people get what they need.
func described(t testing.TB, rule rule, guide string) {
	t.Helper()
	for _, name := range []string{"summary", "description"} {
		if len(rule.Annotations[name]) < 10 {
			t.Errorf("%s has the %s %q", rule.Alert, name, rule.Annotations[name])
		}
	}
	if wanted := "/docs/guides/alerts.md#" + strings.ToLower(rule.Alert); !strings.HasSuffix(rule.Annotations["runbook_url"], wanted) {
		t.Errorf("%s leads to %s", rule.Alert, rule.Annotations["runbook_url"])
	}
	if !strings.Contains(guide, "\n### "+rule.Alert+"\n") {
		t.Errorf("the guide has no section %s", rule.Alert)
	}
	if severity := rule.Labels["severity"]; severity != "critical" && severity != "warning" && severity != "info" || rule.For == "" {
		t.Errorf("%s has the severity %q and waits %q", rule.Alert, severity, rule.For)
	}
}

// unit is one test of promtool: whether an alert fires. What it says is not compared:
// ALERTS has one series for each that does.
func unit(name string, rule rule, one example, input []series, fires bool) any {
	wanted := []any{}
	if fires {
		wanted = append(wanted, map[string]any{"labels": "{}", "value": 1})
	}
	list := []any{map[string]any{"series": "unrelated", "values": "0x1000"}}
	for _, s := range input {
		list = append(list, map[string]any{"series": s.Series, "values": s.Values})
	}
	return map[string]any{
		"name": name, "interval": "1m", "input_series": list,
		"promql_expr_test": []any{map[string]any{
			"expr":      `count(ALERTS{alertname="` + rule.Alert + `",alertstate="firing"} == 1) / count(ALERTS{alertname="` + rule.Alert + `",alertstate="firing"})`,
			"eval_time": one.After, "exp_samples": wanted,
		}},
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
