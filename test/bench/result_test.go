package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{2: {3, 1, 2}, 2.5: {4, 1, 2, 3}, 7: {7}} {
		if got := median(values); got != want {
			t.Errorf("median(%v) = %v, want %v", values, got, want)
		}
	}
}

// The ratio comes from rounds: a machine that is slow in one of them slows both
// sides down.
func TestRatioOfRounds(t *testing.T) {
	r := byRounds("x", "s", lower, []float64{2, 40, 2}, []float64{1, 20, 1})
	if *r.Ratio != 2 || r.Ours != 2 || *r.Baseline != 1 {
		t.Errorf("ratio %v of %v and %v, want 2 of 2 and 1", *r.Ratio, r.Ours, *r.Baseline)
	}
}

func TestFigureWithoutBaselineSaysNull(t *testing.T) {
	text, err := json.Marshal(alone("x", "writes", 0))
	if want := `{"name":"x","unit":"writes","ours":0,"baseline":null,"ratio":null}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
}

func TestTableShowsEveryFigure(t *testing.T) {
	var table strings.Builder
	if err := (Results{compared("a.b", "s", lower, 3, 2), alone("c", "writes", 0)}).print(&table); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(table.String()), "\n")
	if len(lines) != 3 || !strings.Contains(lines[1], "1.50") || !strings.Contains(lines[2], "-") {
		t.Errorf("unexpected table:\n%s", table.String())
	}
}
