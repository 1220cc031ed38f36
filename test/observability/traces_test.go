package observability

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// receiver is a collector that keeps what it gets.
type receiver struct {
	mu    sync.Mutex
	spans []*tracev1.Span
	raw   strings.Builder
}

// ServeHTTP implements http.Handler.
func (c *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var export collector.ExportTraceServiceRequest
	if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &export) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range export.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
	c.raw.Write(body)
}

func (c *receiver) all() []*tracev1.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// find returns a span of the name below the other, or any if that is nil.
func (c *receiver) find(name string, below *tracev1.Span) *tracev1.Span {
	for _, span := range c.all() {
		if span.GetName() == name && (below == nil || string(span.GetParentSpanId()) == string(below.GetSpanId())) {
			return span
		}
	}
	return nil
}

// await waits for a span. They are sent every five seconds.
func (c *receiver) await(t *testing.T, name string, below *tracev1.Span) *tracev1.Span {
	t.Helper()
	var found *tracev1.Span
	installation.Eventually(t, time.Minute, func() bool {
		found = c.find(name, below)
		return found != nil
	}, func() string { return "span " + name + "; there are " + strings.Join(c.names(), ", ") })
	return found
}

func (c *receiver) names() []string {
	var names []string
	for _, span := range c.all() {
		names = append(names, span.GetName())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestTraces: requests, what they ask of the API server, and reconciles are spans of a
// collector that was named, below each other; and nothing secret is in them.
func TestTraces(t *testing.T) {
	t.Parallel()
	kept := &receiver{}
	endpoint := httptest.NewServer(kept)
	defer endpoint.Close()
	g := traced(t, "--otlp-endpoint="+endpoint.URL)
	app := g.NewApp(t, installation.Application(devenv.SystemNamespace, "app"))
	tokens := app.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", nil)

	token := kept.await(t, "token", nil)
	kept.await(t, "kubernetes POST grants", token)
	kept.await(t, "login", nil)
	kept.await(t, "kubernetes PATCH oauthclients/status", kept.await(t, "reconcile oauthclient", nil))
	for _, span := range kept.all() {
		if strings.Contains(strings.ToLower(span.GetName()), "fosite") {
			t.Errorf("a library speaks for itself: %s", span.GetName())
		}
	}

	const caller = "4bf92f3577b34da6a3ce929d0e0e4736"
	answer := callUnder(t, g, app, caller, tokens)
	installation.Eventually(t, time.Minute, func() bool {
		return slices.ContainsFunc(kept.all(), func(span *tracev1.Span) bool { return hex.EncodeToString(span.GetTraceId()) == caller })
	}, func() string { return "span in the trace of the caller" })

	refreshed, _ := answer["refresh_token"].(string)
	for name, secret := range map[string]any{
		"client secret": app.Secret, "access token": tokens["access_token"], "refresh token": tokens["refresh_token"], "password": "alice-password",
		"refreshed token": refreshed,
	} {
		text, _ := secret.(string)
		if kept.mu.Lock(); text == "" || strings.Contains(kept.raw.String(), text) {
			t.Errorf("the %s %q is in a span, or there is none", name, text[:min(len(text), 8)])
		}
		kept.mu.Unlock()
	}
}

// callUnder refreshes a token as a caller that is traced.
func callUnder(t *testing.T, g *installation.Installation, app installation.App, trace string, tokens map[string]any) map[string]any {
	t.Helper()
	refresh, _ := tokens["refresh_token"].(string)
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.Issuer+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(url.QueryEscape(app.ID), url.QueryEscape(app.Secret))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	return answered(t, request)
}

// TestTracesWithoutACollector: a collector that does not answer delays no request.
func TestTracesWithoutACollector(t *testing.T) {
	t.Parallel()
	port := installation.FreePort(t)
	g := traced(t, "--otlp-endpoint=http://"+devenv.Loopback(port))
	app := g.NewApp(t, installation.Application(devenv.SystemNamespace, "app"))
	if tokens := app.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", nil); tokens["access_token"] == nil {
		t.Errorf("alice got %v", tokens)
	}
}

// traced starts a Grantor of the test's own with flags for both programs.
func traced(t *testing.T, flags ...string) *installation.Installation {
	t.Helper()
	kube := devenv.OwnKube(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := installation.Start(ctx, kube, installation.Options{OperatorArgs: flags, ServerArgs: flags})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	return g
}
