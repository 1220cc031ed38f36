package tracing

import (
	"math/rand/v2"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// sampler keeps a part of the traces. It does not go by their ids, which callers choose,
// nor by what callers say of sampling.
func sampler(ratio float64) sdktrace.Sampler {
	own := atRandom(ratio)
	return sdktrace.ParentBased(own, sdktrace.WithRemoteParentSampled(own), sdktrace.WithRemoteParentNotSampled(own))
}

// atRandom is the part that is kept.
type atRandom float64

var _ sdktrace.Sampler = atRandom(0)

// ShouldSample implements sdktrace.Sampler.
func (r atRandom) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	result := sdktrace.SamplingResult{Decision: sdktrace.Drop, Tracestate: trace.SpanContextFromContext(p.ParentContext).TraceState()}
	if rand.Float64() < float64(r) { //nolint:gosec // nothing depends on it but how much is kept
		result.Decision = sdktrace.RecordAndSample
	}
	return result
}

// Description implements sdktrace.Sampler.
func (atRandom) Description() string { return "AtRandom" }
