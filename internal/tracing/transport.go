package tracing

import (
	"net/http"
	"slices"
	"strings"
)

// Transport makes a span of every request to an API server that belongs to another span:
// watches, leases and the like belong to none.
func (t *Tracer) Transport(next http.RoundTripper) http.RoundTripper {
	if t == nil {
		return next
	}
	return &transport{tracer: t, next: next}
}

type transport struct {
	tracer *Tracer
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, ok := r.Context().Value(key{}).(*Span); !ok {
		return t.next.RoundTrip(r)
	}
	_, span := t.tracer.Start(r.Context(), "kubernetes "+r.Method+" "+resourceOf(r.URL.Path))
	defer span.End()
	response, err := t.next.RoundTrip(r)
	if err != nil {
		span.Fail()
		return nil, err
	}
	span.SetInt("http.response.status_code", response.StatusCode)
	if response.StatusCode >= http.StatusInternalServerError {
		span.Fail()
	}
	return response, nil
}

// resourceOf returns the kind of object that a path of an API server is about, and no
// name: those of session objects are in tokens.
func resourceOf(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		parts = parts[3:]
	default:
		return "other"
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		parts = parts[2:]
	}
	if len(parts) > 2 && slices.Contains([]string{"status", "token"}, parts[2]) {
		return parts[0] + "/" + parts[2]
	}
	return parts[0]
}
