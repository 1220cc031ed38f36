package v1alpha1

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const conditionsPage = "../../docs/reference/conditions.md"

// constant is one Condition or Reason; kinds are those that its comment begins with.
type constant struct {
	name, value string
	kinds       []string
}

// row is a line of a table: what a condition says, why, and what to do about it.
type row struct {
	kind, condition, reason, action string
}

// TestEveryConditionAndReasonIsExplained fails when a constant of this package has no
// row in the reference.
func TestEveryConditionAndReasonIsExplained(t *testing.T) {
	rows := reference(t)
	has := func(match func(row) bool) bool { return slices.ContainsFunc(rows, match) }
	for _, c := range constants(t, "Condition") {
		if !has(func(r row) bool { return conditionOf(r) == c.value }) {
			t.Errorf("%s has no row for the condition `%s` (%s)", conditionsPage, c.value, c.name)
		}
		for _, kind := range c.kinds {
			if !has(func(r row) bool { return r.kind == kind && conditionOf(r) == c.value }) {
				t.Errorf("%s has no row for the condition `%s` in the section %s", conditionsPage, c.value, kind)
			}
		}
	}
	for _, c := range constants(t, "Reason") {
		if !has(func(r row) bool { return r.reason == c.value }) {
			t.Errorf("%s has no row for the reason `%s` (%s)", conditionsPage, c.value, c.name)
		}
	}
}

// TestNothingElseIsExplained fails when a row speaks of what is not there any more, or
// does not say what to do.
func TestNothingElseIsExplained(t *testing.T) {
	known := func(prefix string) []string {
		var values []string
		for _, c := range constants(t, prefix) {
			values = append(values, c.value)
		}
		return values
	}
	conditions, reasons := known("Condition"), known("Reason")
	for _, r := range reference(t) {
		if !slices.Contains(conditions, conditionOf(r)) {
			t.Errorf("%s, section %s: no condition is called %q", conditionsPage, r.kind, r.condition)
		}
		if r.reason != "" && !slices.Contains(reasons, r.reason) {
			t.Errorf("%s, section %s: no reason is called %q", conditionsPage, r.kind, r.reason)
		}
		if !strings.HasSuffix(r.condition, "=True") && len(r.action) < 10 {
			t.Errorf("%s, section %s: %s %s does not say what to do", conditionsPage, r.kind, r.condition, r.reason)
		}
	}
}

func conditionOf(r row) string { return strings.Split(r.condition, "=")[0] }

// constants returns the string constants of this package whose names begin with the
// prefix.
func constants(t *testing.T, prefix string) []constant {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []constant
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok {
				out = append(out, constantsOf(spec, prefix)...)
			}
			return true
		})
	}
	if len(out) < 5 {
		t.Fatalf("found only the constants %v", out)
	}
	return out
}

var kindsInComment = regexp.MustCompile(`^\w+ \(([^)]*)\)`)

func constantsOf(spec *ast.ValueSpec, prefix string) []constant {
	var out []constant
	for i, name := range spec.Names {
		if !strings.HasPrefix(name.Name, prefix) || i >= len(spec.Values) {
			continue
		}
		literal, ok := spec.Values[i].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		value, _ := strconv.Unquote(literal.Value)
		c := constant{name: name.Name, value: value}
		if match := kindsInComment.FindStringSubmatch(spec.Doc.Text()); match != nil {
			c.kinds = strings.Split(match[1], ", ")
		}
		out = append(out, c)
	}
	return out
}

var (
	code     = regexp.MustCompile("^`([^`]+)`")
	anywhere = regexp.MustCompile("`([^`]+)`")
)

// reasonsIn returns the reasons of a cell, which has an empty one where it is a
// sentence.
func reasonsIn(cell string) []string {
	if !code.MatchString(cell) {
		return []string{""}
	}
	var out []string
	for _, match := range anywhere.FindAllStringSubmatch(cell, -1) {
		out = append(out, match[1])
	}
	return out
}

// reference reads the tables of the page; the first cell is empty where it is that of
// the row above.
func reference(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile(conditionsPage)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	var kind, condition string
	inTable := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			kind, condition = title, ""
		}
		inTable = strings.HasPrefix(line, "|") && (inTable || line == "| Condition | Reason | What to do |")
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !inTable || len(cells) != 3 || strings.HasPrefix(cells[0], "---") || cells[0] == " Condition " {
			continue
		}
		if match := code.FindStringSubmatch(strings.TrimSpace(cells[0])); match != nil {
			condition = match[1]
		}
		for _, reason := range reasonsIn(strings.TrimSpace(cells[1])) {
			rows = append(rows, row{kind: kind, condition: condition, reason: reason, action: strings.TrimSpace(cells[2])})
		}
	}
	if len(rows) < 20 {
		t.Fatalf("found only %d rows in %s", len(rows), conditionsPage)
	}
	return rows
}
