package observability

import (
	"flag"
	"fmt"
	"html"
	"math"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// draw lets a person look at the dashboard without Grafana:
//
//	go test ./test/observability -run TestDashboard -args -draw /tmp/dashboard.html
var draw = flag.String("draw", "", "file into which the dashboard is drawn, with a minute of the test's own data")

var palette = []string{"#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642", "#cca300"}

// drawing is the page.
type drawing struct {
	p        prometheus
	from, to time.Time
	page     strings.Builder
}

// drawn writes the dashboard as a page, laid out as Grafana does.
func drawn(t *testing.T, p prometheus, all []panel) {
	t.Helper()
	if *draw == "" {
		return
	}
	p.await(t, "min(count_over_time(up[1m])) > 58")
	d := &drawing{p: p, to: time.Now(), from: time.Now().Add(-time.Minute)}
	d.page.WriteString(`<!doctype html><meta charset="utf-8"><style>body{background:#111217;color:#ccccdc;font:12px sans-serif;margin:0}
div{position:absolute;box-sizing:border-box;overflow:hidden}.p{background:#181b1f;border:1px solid #2c3235;padding:6px}b{display:block;font-weight:500}.s{display:block;font-size:26px;color:#73bf69;margin:18px 20px 0}</style>`)
	for _, panel := range all {
		fmt.Fprintf(&d.page, `<div class="%s" style="left:%dpx;top:%dpx;width:%dpx;height:%dpx"><b>%s</b>`, map[bool]string{true: "r", false: "p"}[panel.Type == "row"],
			panel.GridPos.X*60, panel.GridPos.Y*30, panel.GridPos.W*60-8, panel.GridPos.H*30-8, html.EscapeString(panel.Title))
		switch panel.Type {
		case "stat":
			d.stat(t, panel)
		case "timeseries":
			d.series(t, panel)
		}
		d.page.WriteString("</div>\n")
	}
	write(t, *draw, d.page.String())
	_, _ = os.Stderr.WriteString("drawn: " + *draw + "\n")
}

func (d *drawing) stat(t *testing.T, panel panel) {
	t.Helper()
	d.page.WriteString(`<span class="s">`)
	for _, target := range panel.Targets {
		got, err := d.p.query(t, variables.Replace(target.Expr))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range got {
			fmt.Fprintf(&d.page, "%s <small>%s</small> ", inUnit(number(one.Value[1]), panel.FieldConfig.Defaults.Unit), html.EscapeString(target.Legend))
		}
	}
	d.page.WriteString("</span>")
}

func (d *drawing) series(t *testing.T, panel panel) {
	t.Helper()
	var all []result
	var names []string
	top := 0.0
	for _, target := range panel.Targets {
		got, err := d.p.ask(t, "/api/v1/query_range", url.Values{
			"query": {variables.Replace(target.Expr)}, "step": {"1"},
			"start": {strconv.FormatInt(d.from.Unix(), 10)}, "end": {strconv.FormatInt(d.to.Unix(), 10)},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range got {
			all, names = append(all, one), append(names, legend(target.Legend, one.Metric))
			for _, value := range one.Values {
				if v := number(value[1]); !math.IsNaN(v) {
					top = max(top, v)
				}
			}
		}
	}
	width, height := float64(panel.GridPos.W*60-24), float64(panel.GridPos.H*30-80)
	fmt.Fprintf(&d.page, `<small>%s</small><svg width="%g" height="%g">`, inUnit(top, panel.FieldConfig.Defaults.Unit), width, height)
	for n, one := range all {
		var points strings.Builder
		for _, value := range one.Values {
			at, _ := value[0].(float64)
			if v := number(value[1]); !math.IsNaN(v) {
				fmt.Fprintf(&points, "%.1f,%.1f ", (at-float64(d.from.Unix()))/60*width, height-2-v/max(top, 1e-9)*(height-6))
			}
		}
		fmt.Fprintf(&d.page, `<polyline fill="none" stroke-width="1.5" stroke="%s" points="%s"/>`, palette[n%len(palette)], points.String())
	}
	d.page.WriteString("</svg><br>")
	for n, name := range names {
		fmt.Fprintf(&d.page, `<small style="color:%s">&#9644; %s</small> `, palette[n%len(palette)], html.EscapeString(name))
	}
}

func legend(pattern string, labels map[string]string) string {
	return inLegend.ReplaceAllStringFunc(pattern, func(name string) string { return labels[strings.Trim(name, "{}")] })
}

func number(value any) float64 {
	text, _ := value.(string)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// inUnit writes a number as Grafana does, more or less.
func inUnit(v float64, unit string) string {
	switch unit {
	case "s":
		return (time.Duration(v * float64(time.Second))).Round(time.Millisecond / 10).String()
	case "percentunit":
		return fmt.Sprintf("%.2f %%", v*100)
	case "bytes":
		return fmt.Sprintf("%.1f MiB", v/(1<<20))
	case "reqps", "ops":
		return fmt.Sprintf("%.2f/s", v)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
