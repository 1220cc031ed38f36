package gate

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// traefik asks as Traefik's middleware forwardAuth does: with GET at a fixed address, the headers
// that it is told to pass on, and X-Forwarded headers that it writes itself.
type traefik struct {
	address string
	next    http.Handler
}

// ServeHTTP implements http.Handler.
func (p *traefik) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, p.address, http.NoBody)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	for _, name := range []string{"Authorization", "Dpop"} {
		if values := r.Header.Values(name); len(values) > 0 {
			request.Header[name] = values
		}
	}
	for name, value := range map[string]string{
		"X-Forwarded-Method": r.Method, "X-Forwarded-Proto": "http", "X-Forwarded-Host": r.Host, "X-Forwarded-Uri": r.URL.RequestURI(), "X-Forwarded-For": "192.0.2.1",
	} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		maps.Copy(w.Header(), response.Header)
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
		return
	}
	for _, name := range names {
		r.Header.Del(name)
		if values := response.Header.Values(name); len(values) > 0 {
			r.Header[name] = values
		}
	}
	p.next.ServeHTTP(w, r)
}

func TestTraefik(t *testing.T) {
	p, behind := newParty(t), &application{}
	app := httptest.NewServer(behind)
	t.Cleanup(app.Close)
	to, err := url.Parse(app.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&traefik{p.replica.Options().URL + p.path() + "?scope=tickets.read", httputil.NewSingleHostReverseProxy(to)})
	t.Cleanup(proxy.Close)
	p.through(t, behind, proxy.URL)
}
