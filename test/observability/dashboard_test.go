package observability

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// panel is one of dashboard.json.
type panel struct {
	ID          int                      `json:"id"`
	Type        string                   `json:"type"`
	Title       string                   `json:"title"`
	Description string                   `json:"description"`
	GridPos     struct{ X, Y, W, H int } `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit string `json:"unit"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
	Targets []struct {
		RefID  string `json:"refId"`
		Expr   string `json:"expr"`
		Legend string `json:"legendFormat"`
	} `json:"targets"`
}

func panels(t testing.TB) []panel {
	t.Helper()
	var dashboard struct {
		UID    string  `json:"uid"`
		Panels []panel `json:"panels"`
	}
	if err := json.Unmarshal([]byte(read(t, "config/components/metrics/dashboard.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	if dashboard.UID != "grantor" || len(dashboard.Panels) < 20 {
		t.Fatalf("the dashboard %q has %d panels", dashboard.UID, len(dashboard.Panels))
	}
	return dashboard.Panels
}

// variables are what Grafana replaces in a query.
var variables = strings.NewReplacer("$__rate_interval", "15s", "$namespace", ".*")

// TestDashboard: a Prometheus that reads a running Grantor has series for every query of
// every panel, and every series has the labels that its legend names.
func TestDashboard(t *testing.T) {
	t.Parallel()
	g := busy(t)
	p := scrape(t, g)
	keepBusy(t, g)
	placed := map[[2]int]string{}
	for _, panel := range panels(t) {
		for x := panel.GridPos.X; x < panel.GridPos.X+panel.GridPos.W; x++ {
			for y := panel.GridPos.Y; y < panel.GridPos.Y+panel.GridPos.H; y++ {
				if other, taken := placed[[2]int{x, y}]; taken {
					t.Fatalf("%q lies over %q", panel.Title, other)
				}
				placed[[2]int{x, y}] = panel.Title
			}
		}
		if panel.Type != "row" && len(panel.Targets) == 0 {
			t.Errorf("%q asks for nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			t.Run(panel.Title+" "+target.RefID, func(t *testing.T) {
				expr := variables.Replace(target.Expr)
				if strings.Contains(expr, "$") {
					t.Errorf("nobody replaces what is left in %s", expr)
				}
				p.await(t, expr)
				hasLegend(t, p, expr, target.Legend)
			})
		}
	}
}

var inLegend = regexp.MustCompile(`{{([a-z_]+)}}`)

func hasLegend(t *testing.T, p prometheus, expr, legend string) {
	t.Helper()
	got, err := p.query(t, expr)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range got {
		for _, name := range inLegend.FindAllStringSubmatch(legend, -1) {
			// An OAuthClient that nobody has seen has no reason.
			if _, ok := one.Metric[name[1]]; !ok && name[1] != "reason" {
				t.Errorf("%s has no label %s: %v", expr, name[1], one.Metric)
			}
		}
	}
}

// TestAlertsKnowTheirMetrics: what an alert asks for is there, so that it does not keep
// silent because of a name.
func TestAlertsKnowTheirMetrics(t *testing.T) {
	t.Parallel()
	g := busy(t)
	p := scrape(t, g)
	keepBusy(t, g)
	names := regexp.MustCompile(`\b(grantor|leader_election|controller_runtime)_[a-z_]+`)
	for _, group := range alerts(t) {
		for _, rule := range group.Rules {
			for _, name := range names.FindAllString(rule.Expr, -1) {
				p.await(t, name)
			}
		}
	}
	// Nothing that is critical fires for an installation that is well.
	if got, err := p.query(t, `ALERTS{severity="critical",alertstate="firing"}`); err != nil || len(got) > 0 {
		t.Errorf("there fires %v, %v", got, err)
	}
}
