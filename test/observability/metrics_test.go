package observability

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// metric is what a row of the page says, or a program offers, but for the meaning.
type metric struct {
	kind   string
	labels string
}

// page is docs/reference/metrics.md: metrics by program, and beginnings of the names
// of those of libraries with the program that has them.
type page struct {
	metrics   map[string]map[string]metric
	libraries map[string]string
}

// TestEveryMetricIsExplained compares the page with /metrics of both programs, both ways.
func TestEveryMetricIsExplained(t *testing.T) {
	g := busy(t)
	written := readPage(t)
	for program, url := range map[string]string{"Server": g.Servers[0].Options().MetricsURL, "Operator": g.Operator.Options().MetricsURL} {
		var there map[string]metric
		// A whole sweep has ended, and a refused client is counted, a moment later.
		installation.Eventually(t, time.Minute, func() bool {
			there = offered(t, url)
			return len(missing(written.metrics[program], there)) == 0
		}, func() string {
			return fmt.Sprintf("metrics of the page that the %s has: %v", program, missing(written.metrics[program], there))
		})
		for name, is := range there {
			row, ok := written.metrics[program][name]
			switch {
			case ok && row != is:
				t.Errorf("%s: the page says %v of %s, which is %v", program, row, name, is)
			case !ok && !ofLibrary(written.libraries, strings.ToLower(program), name):
				t.Errorf("%s: the page does not speak of %s", program, name)
			}
		}
		for begin, of := range written.libraries {
			if (of == "both" || of == strings.ToLower(program)) && !slices.ContainsFunc(slices.Collect(maps.Keys(there)), func(name string) bool { return strings.HasPrefix(name, begin) }) {
				t.Errorf("%s: nothing begins with %s", program, begin)
			}
		}
	}
}

func missing(rows, there map[string]metric) []string {
	var names []string
	for name := range rows {
		if _, ok := there[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

func ofLibrary(libraries map[string]string, program, name string) bool {
	for begin, of := range libraries {
		if strings.HasPrefix(name, begin) && (of == "both" || of == program) {
			return true
		}
	}
	return false
}

// offered reads what a program offers.
func offered(t testing.TB, url string) map[string]metric {
	t.Helper()
	there := map[string]metric{}
	for name, family := range families(t, url) {
		labels := map[string]bool{}
		for _, one := range family.GetMetric() {
			for _, pair := range one.GetLabel() {
				labels["`"+pair.GetName()+"`"] = true
			}
		}
		there[name] = metric{strings.ToLower(family.GetType().String()), strings.Join(slices.Sorted(maps.Keys(labels)), ", ")}
	}
	return there
}

func families(t testing.TB, url string) map[string]*dto.MetricFamily {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	found, err := parser.TextToMetricFamilies(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	metricRow  = regexp.MustCompile("^\\| `(grantor_[a-z_]+)` \\| ([a-z]+) \\| ([^|]+) \\|([^|]*)\\| (.+) \\|$")
	libraryRow = regexp.MustCompile("^\\| `([a-z_]+_)` \\| (both|server|operator) \\| .+ \\|$")
)

func readPage(t testing.TB) page {
	t.Helper()
	p := page{metrics: map[string]map[string]metric{}, libraries: map[string]string{}}
	section := ""
	for line := range strings.Lines(read(t, "docs/reference/metrics.md")) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
			p.metrics[section] = map[string]metric{}
		}
		if row := metricRow.FindStringSubmatch(line); row != nil {
			labels := slices.Sorted(strings.SplitSeq(strings.TrimSpace(row[4]), ", "))
			p.metrics[section][row[1]] = metric{row[2], strings.Join(labels, ", ")}
			unitFits(t, row[1], row[3])
		} else if row := libraryRow.FindStringSubmatch(line); row != nil {
			p.libraries[row[1]] = row[2]
		} else if strings.HasPrefix(line, "| `") {
			t.Errorf("a row that nobody can read: %s", line)
		}
	}
	if len(p.metrics["Server"]) < 5 || len(p.metrics["Operator"]) < 8 || len(p.libraries) < 4 {
		t.Fatalf("the page has %v", p)
	}
	return p
}

// unitFits: the name of a metric ends in its unit.
func unitFits(t testing.TB, name, unit string) {
	t.Helper()
	wanted := "objects"
	switch {
	case strings.HasSuffix(name, "_timestamp_seconds"):
		wanted = "Unix time"
	case strings.HasSuffix(name, "_seconds"):
		wanted = "seconds"
	case strings.HasSuffix(name, "_bytes"):
		wanted = "bytes"
	case name == "grantor_ready":
		wanted = "0 or 1"
	case strings.HasSuffix(name, "_total"):
		wanted = unit
	}
	if unit != wanted {
		t.Errorf("%s has the unit %s", name, unit)
	}
}

// read returns a file of the repository.
func read(t testing.TB, path string) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
