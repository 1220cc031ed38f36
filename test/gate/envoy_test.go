package gate

import (
	"net/http"
	"testing"
)

// envoy asks as Envoy's filter ext_authz does with an HTTP service: the method, the host and the
// path of the request, behind a prefix, and of the headers Authorization and those that are
// allowed.
type envoy struct {
	gate, prefix string
	allowed      []string
	next         http.Handler
}

// ServeHTTP implements http.Handler.
func (e *envoy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := http.NewRequestWithContext(r.Context(), r.Method, e.gate+e.prefix+r.URL.RequestURI(), http.NoBody)
	if err != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	request.Host = r.Host
	// The connection manager writes it before any filter runs.
	r.Header.Set("X-Forwarded-Proto", "http")
	for _, name := range append([]string{"Authorization"}, e.allowed...) {
		if values := r.Header.Values(name); len(values) > 0 {
			request.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil || response.StatusCode >= http.StatusInternalServerError {
		// An error, and status_on_error.
		w.WriteHeader(http.StatusForbidden)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		passOn(w, response)
		return
	}
	// allowed_upstream_headers: those that the answer has replace the client's.
	for _, name := range names {
		if values := response.Header.Values(name); len(values) > 0 {
			r.Header[name] = values
		}
	}
	e.next.ServeHTTP(w, r)
}

func TestEnvoy(t *testing.T) {
	p := newParty(t)
	p.proxied(t, func(next http.Handler) http.Handler {
		return &envoy{gate: p.replica.Options().URL, prefix: p.path() + ";scope=tickets.read", allowed: []string{"dpop", "x-forwarded-proto"}, next: next}
	})
}
