package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Between these lines a page shows the chart; what else the page says stays.
const (
	chartBegin = "<!-- make bench draws this chart: begin -->"
	chartEnd   = "<!-- end of the chart -->"
)

// variant matches figures that vary another one by the number of connections.
var variant = regexp.MustCompile(`\.\d+$`)

// chart draws how much more each figure costs than its baseline, as a chart that
// renderers of Markdown know (Mermaid). A rate that is half as high costs twice as
// much. Figures without a baseline, and variants, are left out.
func (r Results) chart() string {
	var names, costs []string
	highest := 1.0
	for _, result := range r {
		if result.Ratio == nil || *result.Ratio <= 0 || variant.MatchString(result.Name) {
			continue
		}
		cost := *result.Ratio
		if result.better == higher {
			cost = 1 / cost
		}
		names, costs = append(names, `"`+result.Name+`"`), append(costs, number(&cost, 2))
		highest = max(highest, cost)
	}
	return fmt.Sprintf("```mermaid\nxychart-beta horizontal\n  title \"Cost, where the baseline of the same run costs 1\"\n"+
		"  x-axis [%s]\n  y-axis \"times the baseline\" 0 --> %d\n  bar [%s]\n```\n",
		strings.Join(names, ", "), int(math.Ceil(highest)), strings.Join(costs, ", "))
}

// writeChart puts the chart into a page between its two lines, or makes a page of it.
func (r Results) writeChart(path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	page, err := os.ReadFile(absolute)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read the page of the chart: %w", err)
	}
	return devenv.WriteFile(absolute, []byte(withChart(string(page), r.chart())), 0o644)
}

func withChart(page, chart string) string {
	chart = chartBegin + "\n\n" + chart + "\n" + chartEnd
	before, rest, found := strings.Cut(page, chartBegin)
	_, after, ended := strings.Cut(rest, chartEnd)
	if !found || !ended {
		return chart + "\n"
	}
	return before + chart + after
}
