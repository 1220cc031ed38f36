package gate

import (
	"net/http"
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
		passOn(w, response)
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
	p := newParty(t)
	p.proxied(t, func(next http.Handler) http.Handler {
		return &traefik{p.replica.Options().URL + p.path() + "?scope=tickets.read", next}
	})
}
