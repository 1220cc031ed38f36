package tracing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// exportTimeout bounds one request to the collector, and the last one when the program
// ends.
const exportTimeout = 5 * time.Second

// Options say where spans go.
type Options struct {
	// Endpoint is the URL of a collector, such as http://collector:4318; empty is off.
	Endpoint string
	// Ratio of the traces that are kept, 0 to 1.
	Ratio float64
	// Service is the name of the program.
	Service string
}

// Validate returns an error that names the setting that is wrong.
func (o Options) Validate() error {
	if o.Endpoint != "" {
		if at, err := url.Parse(o.Endpoint); err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return fmt.Errorf("the collector %q is no http or https URL", o.Endpoint)
		}
	}
	if !(o.Ratio >= 0 && o.Ratio <= 1) {
		return errors.New("the part of the traces that is sent must be between 0 and 1")
	}
	return nil
}

// Tracer makes spans. Nil makes none, and neither does one that was told of no collector.
type Tracer struct {
	current atomic.Pointer[pipeline]
	// using makes one Use follow another.
	using   sync.Mutex
	options Options
}

// pipeline leads to one collector.
type pipeline struct {
	tracer   trace.Tracer
	provider *sdktrace.TracerProvider
}

// New returns a Tracer, or nil without an endpoint. It does not wait for the collector.
func New(ctx context.Context, o Options) (*Tracer, error) {
	if o.Endpoint == "" {
		return nil, nil //nolint:nilnil // tracing that is off is a choice, not an error
	}
	t := &Tracer{}
	return t, t.Use(ctx, o)
}

// Use makes spans go elsewhere from now on, or nowhere without an endpoint. It does not
// wait for either collector. Where it returns an error, nothing has changed.
func (t *Tracer) Use(ctx context.Context, o Options) error {
	t.using.Lock()
	defer t.using.Unlock()
	if o == t.options {
		return nil
	}
	if err := o.Validate(); err != nil {
		return err
	}
	var next *pipeline
	if o.Endpoint != "" {
		var err error
		if next, err = newPipeline(ctx, o); err != nil {
			return err
		}
	}
	t.options = o
	if old := t.current.Swap(next); old != nil {
		go old.stop(ctx)
	}
	return nil
}

func newPipeline(ctx context.Context, o Options) (*pipeline, error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(withPath(o.Endpoint)), otlptracehttp.WithTimeout(exportTimeout))
	if err != nil {
		return nil, fmt.Errorf("make an exporter of traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithSampler(sampler(o.Ratio)),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", o.Service))),
	)
	return &pipeline{tracer: provider.Tracer("github.com/grantor-dev/grantor"), provider: provider}, nil
}

// withPath adds the path that collectors have, unless one is given.
func withPath(endpoint string) string {
	at, err := url.Parse(endpoint)
	if err != nil || at.Path != "" && at.Path != "/" {
		return endpoint
	}
	return at.JoinPath("v1", "traces").String()
}

// Stop sends what is left.
func (t *Tracer) Stop(ctx context.Context) {
	if p := t.pipeline(); p != nil {
		p.stop(ctx)
	}
}

func (p *pipeline) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exportTimeout)
	defer cancel()
	// A collector that is gone is no reason to end otherwise.
	_ = p.provider.Shutdown(ctx)
}

// pipeline returns where spans go now, nil for nowhere.
func (t *Tracer) pipeline() *pipeline {
	if t == nil {
		return nil
	}
	return t.current.Load()
}

// key is that of a Span in a context.
type key struct{}

// Start begins a span below the one in ctx, if there is one.
func (t *Tracer) Start(ctx context.Context, name string) (context.Context, *Span) {
	p := t.pipeline()
	if p == nil {
		return ctx, nil
	}
	parent := context.Background()
	if above, ok := ctx.Value(key{}).(*Span); ok {
		parent = trace.ContextWithSpan(parent, above.span)
	}
	return p.begin(ctx, parent, name, trace.SpanKindInternal)
}

// StartRequest begins the span of a request that was received, below the caller's own
// (W3C Trace Context).
func (t *Tracer) StartRequest(ctx context.Context, header http.Header, name string) (context.Context, *Span) {
	p := t.pipeline()
	if p == nil {
		return ctx, nil
	}
	parent := propagation.TraceContext{}.Extract(context.Background(), propagation.HeaderCarrier(header))
	return p.begin(ctx, parent, name, trace.SpanKindServer)
}

func (p *pipeline) begin(ctx, parent context.Context, name string, kind trace.SpanKind) (context.Context, *Span) {
	_, span := p.tracer.Start(parent, name, trace.WithSpanKind(kind))
	s := &Span{span}
	return context.WithValue(ctx, key{}, s), s
}

// Span is something that took time. Nil is none.
type Span struct{ span trace.Span }

// Set says something about it, which must not be secret or chosen by a caller.
func (s *Span) Set(name, value string) {
	if s != nil {
		s.span.SetAttributes(attribute.String(name, value))
	}
}

// SetInt says a number about it.
func (s *Span) SetInt(name string, value int) {
	if s != nil {
		s.span.SetAttributes(attribute.Int(name, value))
	}
}

// Fail says that it failed. Why is for the log.
func (s *Span) Fail() {
	if s != nil {
		s.span.SetStatus(codes.Error, "")
	}
}

// End ends it.
func (s *Span) End() {
	if s != nil {
		s.span.End()
	}
}

// ID returns the id of its trace; empty for none, and for one that is not kept.
func (s *Span) ID() string {
	if s == nil || !s.span.SpanContext().IsSampled() {
		return ""
	}
	return s.span.SpanContext().TraceID().String()
}
