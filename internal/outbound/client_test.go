package outbound

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestClient(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, "/long", http.StatusFound)
		case "/slow":
			<-r.Context().Done()
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("x", 20<<10))
		case "/exact":
			_, _ = w.Write([]byte("1234"))
		default:
			_, _ = w.Write([]byte("12345"))
		}
	}))
	t.Cleanup(site.Close)
	get := func(c *http.Client, path string) (int, string, error) {
		response, err := c.Get(site.URL + path)
		if err != nil {
			return 0, "", err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		return response.StatusCode, string(body), err
	}
	c := New(Options{Networks: networks("127.0.0.0/8"), Timeout: 200 * time.Millisecond, MaxBody: 4})
	if status, body, err := get(c, "/exact"); status != http.StatusOK || body != "1234" || err != nil {
		t.Errorf("got %d, %q, %v", status, body, err)
	}
	if _, _, err := get(c, "/long"); !isMaxBytes(err) {
		t.Errorf("of a long body got %v", err)
	}
	if status, _, _ := get(c, "/redirect"); status != http.StatusFound {
		t.Errorf("of a redirect got %d", status)
	}
	for _, path := range []string{"/slow", "/headers"} {
		if status, _, err := get(c, path); err == nil {
			t.Errorf("%s answers %d", path, status)
		}
	}
	if _, _, err := get(New(Options{Networks: networks(), Service: true, Timeout: time.Second}), "/exact"); !errors.Is(err, ErrAddress) {
		t.Errorf("loopback is called: %v", err)
	}
}

func isMaxBytes(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}
