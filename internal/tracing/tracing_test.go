package tracing

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// TestOffCostsNothing: whoever asked for no traces pays for none.
func TestOffCostsNothing(t *testing.T) {
	off, err := New(t.Context(), Options{Ratio: 1})
	if err != nil || off != nil {
		t.Fatalf("%v, %v", off, err)
	}
	for _, tracer := range []*Tracer{off, {}} {
		costsNothing(t, tracer)
	}
	if off.Transport(http.DefaultTransport) != http.DefaultTransport {
		t.Error("requests take a detour")
	}
	if off.Reconciler("x", nil) != nil {
		t.Error("reconciles take a detour")
	}
	off.Stop(context.Background())
}

func costsNothing(t *testing.T, off *Tracer) {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	allocations := testing.AllocsPerRun(1000, func() {
		ctx, span := off.StartRequest(request.Context(), request.Header, "token")
		_, inner := off.Start(ctx, "storage")
		span.Set("a", "b")
		span.SetInt("c", 1)
		span.Fail()
		inner.End()
		span.End()
		if span.ID() != "" {
			t.Error("a span that is none has an id")
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

// A caller chooses the id of its trace, and could choose one that a ratio of ids keeps.
func TestCallersDoNotChooseWhatIsKept(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(site.Close)
	const id = "00000000000000000000000000000001"
	header := http.Header{"Traceparent": {"00-" + id + "-0000000000000001-01"}}
	kept := func(ratio float64) (n int) {
		tracer, err := New(t.Context(), Options{Endpoint: site.URL, Ratio: ratio})
		if err != nil {
			t.Fatal(err)
		}
		defer tracer.Stop(t.Context())
		for range 1000 {
			ctx, span := tracer.StartRequest(t.Context(), header, "token")
			_, inner := tracer.Start(ctx, "storage")
			if span.ID() != inner.ID() {
				t.Fatalf("the trace %q has the span of a request to storage as %q", span.ID(), inner.ID())
			}
			if span.ID() == id {
				n++
			}
			inner.End()
			span.End()
		}
		return n
	}
	if n := kept(0.001); n > 100 {
		t.Errorf("%d of 1000 requests are kept", n)
	}
	if n := kept(1); n != 1000 {
		t.Errorf("%d of 1000 requests are kept where all should be", n)
	}
}

// TestACollectorComesAndGoes: spans go where the last Use said, or nowhere.
func TestACollectorComesAndGoes(t *testing.T) {
	var got [2]atomic.Int32
	collector := func(n int) string {
		site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got[n].Add(1) }))
		t.Cleanup(site.Close)
		return site.URL
	}
	first, second := collector(0), collector(1)
	tracer := &Tracer{}
	use := func(endpoint string) {
		t.Helper()
		if err := tracer.Use(t.Context(), Options{Endpoint: endpoint, Ratio: 1}); err != nil {
			t.Fatal(err)
		}
	}
	span := func() *Span {
		_, span := tracer.Start(t.Context(), "x")
		span.End()
		return span
	}
	if span() != nil {
		t.Error("there is a span and no collector")
	}
	use(first)
	if span().ID() == "" {
		t.Error("there is no span")
	}
	use(second)
	span()
	use("")
	if span() != nil {
		t.Error("there is a span after the collector went")
	}
	// What an old collector should have got is sent when it goes.
	for start := time.Now(); got[0].Load() == 0 || got[1].Load() == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > 10*time.Second {
			t.Fatalf("the collectors got %d and %d requests", got[0].Load(), got[1].Load())
		}
	}
	use(first)
	if err := tracer.Use(t.Context(), Options{Endpoint: "http://a b", Ratio: 1}); err == nil {
		t.Error("a URL that is none is used")
	}
	if span() == nil {
		t.Error("there is no span after a collector that could not be used")
	}
	tracer.Stop(t.Context())
}

func BenchmarkOff(b *testing.B) {
	var off *Tracer
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	for b.Loop() {
		_, span := off.StartRequest(request.Context(), request.Header, "token")
		span.SetInt("c", 1)
		span.End()
	}
}

func TestOptions(t *testing.T) {
	for name, test := range map[string]struct {
		options Options
		fine    bool
	}{
		"off":                 {Options{Ratio: 1}, true},
		"http":                {Options{Endpoint: "http://collector:4318", Ratio: 0.5}, true},
		"https with a path":   {Options{Endpoint: "https://collector/otlp/v1/traces", Ratio: 0}, true},
		"without a scheme":    {Options{Endpoint: "collector:4318", Ratio: 1}, false},
		"gRPC":                {Options{Endpoint: "grpc://collector:4317", Ratio: 1}, false},
		"no URL":              {Options{Endpoint: "http://a b", Ratio: 1}, false},
		"a negative ratio":    {Options{Ratio: -1}, false},
		"more than all":       {Options{Ratio: 1.1}, false},
		"a ratio that is NaN": {Options{Ratio: nan()}, false},
	} {
		if err := test.options.Validate(); (err == nil) != test.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}

func TestWithPath(t *testing.T) {
	for given, wanted := range map[string]string{
		"http://c:4318": "http://c:4318/v1/traces", "http://c:4318/": "http://c:4318/v1/traces", "https://c/mine": "https://c/mine",
	} {
		if got := withPath(given); got != wanted {
			t.Errorf("%s becomes %s", given, got)
		}
	}
}

func TestResourceOf(t *testing.T) {
	for path, wanted := range map[string]string{
		"/api/v1/namespaces/a/secrets/SECRET":                                 "secrets",
		"/api/v1/namespaces/a":                                                "namespaces",
		"/apis/session.grantor.dev/v1alpha1/namespaces/a/grants/SECRET":       "grants",
		"/apis/session.grantor.dev/v1alpha1/namespaces/a/grants":              "grants",
		"/apis/oauth.grantor.dev/v1alpha1/namespaces/a/oauthclients/b/status": "oauthclients/status",
		"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/SECRET":       "clusterrolebindings",
		"/apis/oauth.grantor.dev/v1alpha1/namespaces/a/oauthclients/b/SECRET": "oauthclients",
		"/apis/authentication.k8s.io/v1/tokenreviews":                         "tokenreviews",
		"/version": "other",
		"/SECRET":  "other",
		"":         "other",
	} {
		if got := resourceOf(path); got != wanted {
			t.Errorf("%s is %s", path, got)
		}
	}
}
