//go:build e2e

package e2e

import (
	"bufio"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// memoryLimits asks every program for the limit of its memory: nine tenths of the 512 MiB
// that its container may have.
func (s *story) memoryLimits(t *testing.T) {
	for _, label := range []string{operators, servers} {
		addresses := strings.Fields(s.kubectl(t, "get", "pods", "-n", "grantor-system", "-l", label, "-o", "jsonpath={.items[*].status.podIP}"))
		if len(addresses) == 0 {
			t.Errorf("no pod of %s has an address", label)
		}
		for _, address := range addresses {
			if limit := s.metric(t, "http://"+address+":8081/metrics", "go_gc_gomemlimit_bytes"); limit>>20 != 460 {
				t.Errorf("%s: the limit is %d bytes", label, limit)
			}
		}
	}
}

// metric returns the value of a metric without labels, 0 if it is not there.
func (s *story) metric(t *testing.T, url, name string) int64 {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.inside().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if text, found := strings.CutPrefix(lines.Text(), name+" "); found {
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return int64(value)
		}
	}
	return 0
}
