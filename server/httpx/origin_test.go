package httpx

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestCORS(t *testing.T) {
	handler := CORS{Allowed: func(origin string) bool { return origin == "https://spa.example" }}.Wrap(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	tests := map[string]struct {
		method, origin, asked string
		status                int
		allowed               string
	}{
		"no origin":                     {"POST", "", "", http.StatusTeapot, ""},
		"an allowed one":                {"POST", "https://spa.example", "", http.StatusTeapot, "https://spa.example"},
		"another one":                   {"POST", "https://evil.example", "", http.StatusTeapot, ""},
		"null":                          {"POST", "null", "", http.StatusTeapot, ""},
		"a preflight of an allowed one": {"OPTIONS", "https://spa.example", "POST", http.StatusNoContent, "https://spa.example"},
		"a preflight of another one":    {"OPTIONS", "https://evil.example", "POST", http.StatusNoContent, ""},
		"OPTIONS that is no preflight":  {"OPTIONS", "https://spa.example", "", http.StatusTeapot, "https://spa.example"},
		"an origin that begins alike":   {"POST", "https://spa.example.evil.example", "", http.StatusTeapot, ""},
		"a preflight without an origin": {"OPTIONS", "", "POST", http.StatusTeapot, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "/token", http.NoBody)
			for name, value := range map[string]string{"Origin": test.origin, "Access-Control-Request-Method": test.asked} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != test.status || w.Header().Get("Access-Control-Allow-Origin") != test.allowed || w.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%d %v", w.Code, w.Header())
			}
			if (w.Header().Get("Vary") == "Origin") != (test.origin != "") {
				t.Errorf("Vary: %q", w.Header().Get("Vary"))
			}
		})
	}
}

func TestPublic(t *testing.T) {
	handler := Public(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	for name, test := range map[string]struct {
		method, asked string
		status        int
	}{
		"reading":                      {"GET", "", http.StatusNotFound},
		"a preflight":                  {"OPTIONS", "GET", http.StatusNoContent},
		"OPTIONS that is no preflight": {"OPTIONS", "", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "/jwks", http.NoBody)
			r.Header.Set("Origin", "https://inspector.example")
			r.Header.Set("Access-Control-Request-Method", test.asked)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			header := w.Header()
			if w.Code != test.status || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%d %v", w.Code, header)
			}
			if (header.Get("Access-Control-Allow-Headers") == "*") != (test.status == http.StatusNoContent) {
				t.Errorf("%v", header)
			}
		})
	}
}
