package tracing

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestOffCostsNothing: whoever asked for no traces pays for none.
func TestOffCostsNothing(t *testing.T) {
	off, err := New(t.Context(), Options{Ratio: 1})
	if err != nil || off != nil {
		t.Fatalf("%v, %v", off, err)
	}
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
	if off.Transport(http.DefaultTransport) != http.DefaultTransport {
		t.Error("requests take a detour")
	}
	if off.Reconciler("x", nil) != nil {
		t.Error("reconciles take a detour")
	}
	off.Stop(context.Background())
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
