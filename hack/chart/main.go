// Command chart writes those files of charts/grantor that say again what config/ says:
// CRDs, roles, policies, alerts and the schema of an OAuthServer; and into its README the
// table of values. The rest of the chart is written by hand; test/chart compares it with
// config/default.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// namespace is where config/ installs everything; the chart installs into that of the
// release.
const namespace = "grantor-system"

// files are contents by their path in the chart.
type files map[string]string

// made say what is made of what below config/.
var made = []func(config string, into files) error{
	customResources,
	roles,
	admissionPolicies,
	networkPolicies,
	alerts,
	dashboard,
	schema,
	table,
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: chart CONFIG CHART")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

// run writes nothing unless everything can be made.
func run(config, chart string) error {
	into := files{}
	for _, fill := range made {
		if err := fill(config, into); err != nil {
			return err
		}
	}
	for _, folder := range []string{"files", "templates/crds"} {
		if err := os.RemoveAll(filepath.Join(chart, folder)); err != nil {
			return err
		}
	}
	for path, content := range into {
		path = filepath.Join(chart, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generated begins every file; Helm leaves it out.
func generated(from string) string {
	return "{{- /* Generated from config/" + from + " by make generate. */ -}}\n"
}

// when guards text with a condition on the values.
func when(condition, text string) string {
	return "{{- if " + condition + " }}\n" + strings.TrimPrefix(text, "---\n") + "{{- end }}\n"
}

// literal keeps what looks like a template, as some alerts and descriptions do.
func literal(text string) string {
	return strings.ReplaceAll(text, "{{", `{{ "{{" }}`)
}
