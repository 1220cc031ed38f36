package devenv

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const requestMetric = "apiserver_request_total"

// RequestCounts asks the API server how many requests it has finished, by all
// clients together. Two counts and their Diff say what happened in between:
// exactly, if the caller looks only at kinds of requests that no other
// makes. A watch counts when it ends. The API server counts a request after it
// has answered it, which can be an instant after the client has the answer.
func RequestCounts(ctx context.Context, cfg *rest.Config) (Counts, error) {
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, requestBound)
	defer cancel()
	metrics, err := client.Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the API server's metrics: %w", err)
	}
	return parseRequestCounts(metrics)
}

// parseRequestCounts reads Prometheus text. The API server's has megabytes, of
// which only the lines of one metric are parsed.
func parseRequestCounts(metrics []byte) (Counts, error) {
	var relevant bytes.Buffer
	for line := range bytes.Lines(metrics) {
		if bytes.HasPrefix(line, []byte(requestMetric+"{")) {
			relevant.Write(line)
		}
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(&relevant)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", requestMetric, err)
	}
	counts := Counts{}
	for _, metric := range families[requestMetric].GetMetric() {
		key := keyOf(metric.GetLabel())
		if key.Resource != "" {
			// Without a TYPE line the parser takes a counter for untyped.
			counts[key] += int(metric.GetUntyped().GetValue() + metric.GetCounter().GetValue())
		}
	}
	return counts, nil
}

func keyOf(labels []*dto.LabelPair) RequestKey {
	values := map[string]string{}
	for _, label := range labels {
		values[label.GetName()] = label.GetValue()
	}
	key := RequestKey{Verb: rbacVerb(values["verb"]), Group: values["group"], Resource: values["resource"]}
	if key.Resource != "" && values["subresource"] != "" {
		key.Resource += "/" + values["subresource"]
	}
	return key
}

// rbacVerb translates the verbs of the metric.
func rbacVerb(verb string) string {
	switch verb {
	case "POST":
		return "create"
	case "PUT":
		return "update"
	default:
		return strings.ToLower(verb)
	}
}
