package observability

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
	"github.com/grantor-dev/grantor/test/installation"
)

// prometheus is a running one that scrapes the programs of a test.
type prometheus struct{ url string }

// scrape starts a Prometheus with the alerts, which reads both programs each second and
// gives them the labels that they have in a cluster.
func scrape(t testing.TB, g *installation.Installation) prometheus {
	t.Helper()
	debian.Ensure(t, debian.Need{What: "Prometheus", Packages: []string{"prometheus"}, Programs: []string{"promtool", "prometheus"}})
	port := installation.FreePort(t)
	folder, address := t.TempDir(), devenv.Loopback(port)
	target := func(url, job string) any {
		return map[string]any{
			"job_name": job, "honor_labels": true,
			"static_configs": []any{map[string]any{
				"targets": []string{strings.TrimPrefix(url, "http://")}, "labels": map[string]string{"namespace": devenv.SystemNamespace},
			}},
		}
	}
	targets := []any{target(g.Operator.Options().MetricsURL, "operator")}
	for n, server := range g.Servers {
		targets = append(targets, target(server.Options().MetricsURL, fmt.Sprintf("server-%d", n)))
	}
	text, err := json.Marshal(map[string]any{
		"global":         map[string]any{"scrape_interval": "1s", "evaluation_interval": "1s"},
		"rule_files":     []string{filepath.Join(folder, "rules.yaml")},
		"scrape_configs": targets,
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "rules.yaml"), specOf(t))
	write(t, filepath.Join(folder, "prometheus.yaml"), string(text))
	command := exec.CommandContext(t.Context(), "prometheus", "--config.file="+filepath.Join(folder, "prometheus.yaml"),
		"--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address, "--log.level=error")
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return prometheus{"http://" + address}
}

// result is a series that a query gives.
type result struct {
	Metric map[string]string `json:"metric"`
	Value  [2]any            `json:"value"`
	Values [][2]any          `json:"values"`
}

// query asks for the present value of an expression.
func (p prometheus) query(t testing.TB, expr string) ([]result, error) {
	t.Helper()
	return p.ask(t, "/api/v1/query", url.Values{"query": {expr}})
}

func (p prometheus) ask(t testing.TB, path string, values url.Values) ([]result, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path+"?"+values.Encode(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	var body struct {
		Status, Error string
		Data          struct{ Result []result }
	}
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		return nil, err
	}
	if body.Status != "success" {
		return nil, fmt.Errorf("%s: %s", body.Status, body.Error)
	}
	return body.Data.Result, nil
}

// await asks until there is an answer with series.
func (p prometheus) await(t testing.TB, expr string) {
	t.Helper()
	var got []result
	var err error
	installation.Eventually(t, time.Minute, func() bool {
		got, err = p.query(t, expr)
		return err == nil && len(got) > 0
	}, func() string { return fmt.Sprintf("series for %s: %v", expr, err) })
}
