package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const (
	tableBegins = "<!-- Written from values.yaml by make generate. -->\n"
	tableEnds   = "<!-- The end of it. -->\n"
	// longest is how long a default may be in the table.
	longest = 100
)

// table writes the values, with their comments, into the README of the chart.
func table(config string, into files) error {
	chart := filepath.Join(config, "..", "charts", "grantor")
	values, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(chart, "README.md"))
	if err != nil {
		return err
	}
	rows, err := rowsOf(values)
	if err != nil {
		return fmt.Errorf("read values.yaml: %w", err)
	}
	before, rest, begins := strings.Cut(string(readme), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		return fmt.Errorf("README.md of the chart does not say where the table of values begins and ends")
	}
	into["README.md"] = before + tableBegins + "\n| Value | Default | What it is |\n|---|---|---|\n" +
		strings.Join(rows, "\n") + "\n\n" + tableEnds + after
	return nil
}

// rowsOf returns the rows of the table: one for each value, and one for each group of
// them that has a comment.
func rowsOf(values []byte) ([]string, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(values, &document); err != nil {
		return nil, err
	}
	return rowsBelow(nil, document.Content[0])
}

func rowsBelow(path []string, group *yaml.Node) ([]string, error) {
	var rows []string
	for i := 0; i < len(group.Content); i += 2 {
		key, value := group.Content[i], group.Content[i+1]
		at := append(slices.Clip(path), key.Value)
		says := sentence(key.HeadComment)
		// What stands on lines of its own has values of its own.
		if value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle == 0 {
			below, err := rowsBelow(at, value)
			if err != nil {
				return nil, err
			}
			if says != "" {
				rows = append(rows, row(at, "", says))
			}
			rows = append(rows, below...)
			continue
		}
		text, err := shown(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", strings.Join(at, "."), err)
		}
		rows = append(rows, row(at, text, says))
	}
	return rows, nil
}

func row(path []string, value, says string) string {
	return fmt.Sprintf("| `%s` | %s | %s |", strings.Join(path, "."), value, says)
}

// sentence is a comment on one line, fit for a cell.
func sentence(comment string) string {
	var words []string
	for line := range strings.Lines(comment) {
		words = append(words, strings.Fields(strings.TrimPrefix(line, "#"))...)
	}
	return strings.ReplaceAll(strings.Join(words, " "), "|", `\|`)
}

// shown is a default as it can be given to --set-json.
func shown(value *yaml.Node) (string, error) {
	var plain any
	if err := value.Decode(&plain); err != nil {
		return "", err
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return "", err
	}
	if len(text) > longest {
		return "see [values.yaml](values.yaml)", nil
	}
	return "`" + string(text) + "`", nil
}
