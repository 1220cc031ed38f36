package abuse

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"k8s.io/client-go/kubernetes"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// effort is what the API server did: unlike times, it hardly depends on what else runs on
// the machine.
type effort struct {
	writes devenv.Counts
	// conflicts are writes among them that came too late.
	conflicts int
	// processor is in seconds.
	processor float64
}

func (e effort) String() string {
	return fmt.Sprintf("API server: %.1f s of a processor; %d conflicts; %s", e.processor, e.conflicts, strings.ReplaceAll(e.writes.String(), "\n", ", "))
}

// effortSoFar returns the effort since the API server was started.
func (f *field) effortSoFar(t *testing.T) effort {
	t.Helper()
	counts, err := devenv.RequestCounts(t.Context(), f.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	kube, err := kubernetes.NewForConfig(f.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := kube.Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e := effort{writes: counts.Filter(devenv.IsWrite)}
	for line := range bytes.Lines(metrics) {
		if bytes.HasPrefix(line, []byte("apiserver_request_total{")) && bytes.Contains(line, []byte(`code="409"`)) {
			n, err := strconv.Atoi(string(bytes.TrimSpace(line[bytes.LastIndexByte(line, ' '):])))
			if err != nil {
				t.Fatal(err)
			}
			e.conflicts += n
		}
		if text, ok := bytes.CutPrefix(line, []byte("process_cpu_seconds_total ")); ok {
			if e.processor, err = strconv.ParseFloat(string(bytes.TrimSpace(text)), 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return e
}

func (e effort) since(before effort) effort {
	return effort{e.writes.Diff(before.writes), e.conflicts - before.conflicts, e.processor - before.processor}
}
