package readiness

import (
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestCounts(t *testing.T) {
	counts := Counts{}
	counts.Add(nil)
	for range 2 {
		counts.Add([]metav1.Condition{{Type: "Accepted", Status: "True"}, {Type: "Ready", Status: "False", Reason: "Disabled"}})
	}
	ch := make(chan prometheus.Metric, 9)
	counts.Collect(ch, prometheus.NewDesc("objects", "Objects.", []string{"status", "reason"}, nil))
	close(ch)
	var found []string
	for metric := range ch {
		var out dto.Metric
		if err := metric.Write(&out); err != nil {
			t.Fatal(err)
		}
		found = append(found, out.String())
	}
	if slices.Sort(found); len(found) != 2 {
		t.Errorf("%q", found)
	}
	if counts[ready{"Unknown", ""}] != 1 || counts[ready{"False", "Disabled"}] != 2 {
		t.Errorf("%v", counts)
	}
}
