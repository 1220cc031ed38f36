package main

import (
	"strings"
	"testing"
)

func TestChartShowsCosts(t *testing.T) {
	chart := Results{
		compared("a.cpu", "µs", lower, 3, 2), compared("a.rate", "requests/s", higher, 1, 4),
		compared("a.rate.32", "requests/s", higher, 1, 4), alone("b", "writes", 0), compared("c", "writes", lower, 0, 1),
	}.chart()
	for _, line := range []string{`  x-axis ["a.cpu", "a.rate"]`, `  y-axis "times the baseline" 0 --> 4`, `  bar [1.50, 4.00]`} {
		if !strings.Contains(chart, line+"\n") {
			t.Errorf("%s\nlacks %s", chart, line)
		}
	}
}

func TestAPageKeepsWhatIsAroundItsChart(t *testing.T) {
	page := "# Title\n\n" + chartBegin + "\nold\n" + chartEnd + "\n\nmore\n"
	once := withChart(page, "new\n")
	if !strings.HasPrefix(once, "# Title\n\n") || !strings.HasSuffix(once, "\n\nmore\n") || strings.Contains(once, "old") || !strings.Contains(once, "new") {
		t.Errorf("%q", once)
	}
	if withChart(once, "new\n") != once {
		t.Error("the same chart changes the page")
	}
	if fresh := withChart("", "new\n"); !strings.Contains(fresh, "new") {
		t.Errorf("%q", fresh)
	}
}
