package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Result is one figure. Its name is stable: others compare by it.
type Result struct {
	Name string  `json:"name"`
	Unit string  `json:"unit"`
	Ours float64 `json:"ours"`
	// Baseline and Ratio (ours divided by baseline) are null where nothing can be
	// compared.
	Baseline *float64 `json:"baseline"`
	Ratio    *float64 `json:"ratio"`

	better direction
}

// direction says which ratios are good.
type direction string

const (
	lower  direction = "lower"
	higher direction = "higher"
)

// Results are figures in the order in which they are shown.
type Results []Result

// compared returns a figure beside its baseline.
func compared(name, unit string, better direction, ours, baseline float64) Result {
	ratio := ours / baseline
	return Result{Name: name, Unit: unit, Ours: ours, Baseline: &baseline, Ratio: &ratio, better: better}
}

// alone returns a figure that has no baseline: the less, the better.
func alone(name, unit string, ours float64) Result {
	return Result{Name: name, Unit: unit, Ours: ours, better: lower}
}

// byRounds returns a figure that was measured in several rounds: medians of both
// sides, and as ratio the median of the ratios of each round, in which both sides
// met the same machine.
func byRounds(name, unit string, better direction, ours, baseline []float64) Result {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / baseline[i]
	}
	r := compared(name, unit, better, median(ours), median(baseline))
	*r.Ratio = median(ratios)
	return r
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func (r Results) writeJSON(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	return devenv.WriteFile(absolute, append(text, '\n'), 0o644)
}

func (r Results) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	// A failed write comes back from Flush.
	_, _ = fmt.Fprint(table, "name\tunit\tours\tbaseline\tratio\tbetter\t\n")
	for _, result := range r {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t\n", result.Name, result.Unit,
			number(&result.Ours, 1), number(result.Baseline, 1), number(result.Ratio, 2), result.better)
	}
	return table.Flush()
}

func number(value *float64, digits int) string {
	if value == nil {
		return "-"
	}
	return strconv.FormatFloat(*value, 'f', digits, 64)
}
