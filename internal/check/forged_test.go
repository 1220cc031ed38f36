package check

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// believing answers as a server of which something believes a header.
func believing(header string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		values := r.Header[header]
		switch {
		case len(values) == 0:
			next.ServeHTTP(w, r)
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"invalid_request"}`)
		case header == "X-Forwarded-Proto":
			http.Redirect(w, r, "https://id.example/", http.StatusMovedPermanently)
		default:
			_, _ = fmt.Fprintf(w, `{"issuer":"https://%s"}`, values[0])
		}
	})
}

func TestForgedHeaders(t *testing.T) {
	for header, says := range map[string]string{
		"":                        "",
		"X-Forwarded-For":         "a forged X-Forwarded-For of this machine counts",
		"X-Forwarded-Host":        "a forged X-Forwarded-Host of this machine counts",
		"X-Forwarded-Proto":       "answers 301, and 200 without it",
		"Forwarded":               "a forged Forwarded of this machine counts",
		"Client-Cert":             "a forged Client-Cert of this machine counts",
		"X-Forwarded-Client-Cert": "answers 400 invalid_request, and 401",
		"Ssl_client_cert":         "a forged SSL_CLIENT_CERT of this machine counts",
		"X-Anything-Else":         "",
		"X-My-Cert":               "a forged X-My-Cert of this machine counts",
	} {
		for _, where := range []string{"/token", "/mtls/token"} {
			t.Run(header+" at "+where, func(t *testing.T) {
				t.Parallel()
				server := httptest.NewUnstartedServer(nil)
				server.StartTLS()
				defer server.Close()
				s := newStub(t, server.URL)
				s.discovery["mtls_endpoint_aliases"] = map[string]any{"token_endpoint": server.URL + where}
				next := s.handler(t)
				mux := http.NewServeMux()
				mux.Handle("/mtls/", believing(header, http.StripPrefix("/mtls", next)))
				mux.Handle("/", believing(header, next))
				if where != "/token" {
					mux.Handle("/token", next)
				}
				server.Config.Handler = mux
				c := &Check{Issuer: server.URL, CertificateHeader: "X-My-Cert", HTTP: server.Client(), Say: func(string) {}}
				c.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				found, err := c.discover(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.forged(t.Context(), found, server.URL+"/.well-known/openid-configuration")
				if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
					t.Errorf("it ends with %v, wanted %q", err, says)
				}
			})
		}
	}
}

// A server that answers otherwise because of the number of requests does not look as if it
// believed a header.
func TestForgedHeadersAtALimit(t *testing.T) {
	asked := 0
	remote := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked > 8 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer remote.Close()
	c := &Check{Issuer: remote.URL, HTTP: remote.Client()}
	found := &server{TokenEndpoint: remote.URL + "/token"}
	if _, err := c.forged(t.Context(), found, remote.URL+"/discovery"); err == nil || !strings.Contains(err.Error(), "so headers cannot be checked now") {
		t.Errorf("it ends with %v", err)
	}
}

// The token endpoint of everyone must be reachable.
func TestForgedHeadersNotChecked(t *testing.T) {
	remote := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer remote.Close()
	c := &Check{Issuer: remote.URL, HTTP: remote.Client()}
	if _, err := c.forged(t.Context(), &server{TokenEndpoint: "http://127.0.0.1:1/token"}, remote.URL+"/discovery"); err == nil {
		t.Error("nothing was checked, and all is well")
	}
}

// The address of clients with certificates need not be reachable, which is said.
func TestForgedHeadersOutOfReach(t *testing.T) {
	remote := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer remote.Close()
	c := &Check{Issuer: remote.URL, HTTP: remote.Client()}
	found := &server{TokenEndpoint: remote.URL + "/token"}
	found.Aliases.TokenEndpoint = "http://127.0.0.1:1/token"
	if unreached, err := c.forged(t.Context(), found, remote.URL+"/discovery"); err != nil || len(unreached) != 1 || unreached[0] != found.Aliases.TokenEndpoint {
		t.Errorf("not reached: %v, %v", unreached, err)
	}
}
