package httpx_test

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
)

// before is a writer that stands before that of a request, as an adapter's does.
type before struct{ http.ResponseWriter }

func (b before) Unwrap() http.ResponseWriter { return b.ResponseWriter }

func TestRequestsInFlightAreBounded(t *testing.T) {
	const most = 2
	arrived, release := make(chan bool, most), make(chan bool)
	wait := endpoint(func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPost {
			if err := httpx.ParseForm(before{w}, r); err != nil {
				return err
			}
		}
		arrived <- true
		<-release
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	edge := &httpx.Edge{Available: func() error { return nil }, Observer: quiet{}, Log: slog.New(slog.DiscardHandler)}
	bounded := *edge
	bounded.Room = httpx.NewRoom(most)
	mux := http.NewServeMux()
	mux.Handle("/slow", bounded.Wrap("slow", wait))
	mux.Handle("/other", edge.Wrap("other", endpoint(func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusNoContent)
		return nil
	})))
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)

	// A body that does not arrive takes no room.
	for range 2 * most {
		stalled, err := net.Dial("tcp", site.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = stalled.Close() })
		_, _ = fmt.Fprint(stalled, "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n")
	}
	done := make(chan int, most)
	for n := range most {
		go func() {
			if n == 0 {
				done <- status(t, site.URL+"/slow", nil)
			} else {
				done <- status(t, site.URL+"/slow", url.Values{"a": {"b"}})
			}
		}()
		<-arrived
	}
	for name, form := range map[string]url.Values{"GET": nil, "POST": {"a": {"b"}}} {
		if got := status(t, site.URL+"/slow", form); got != http.StatusServiceUnavailable {
			t.Errorf("one more %s is answered %d", name, got)
		}
	}
	if got := status(t, site.URL+"/other", nil); got != http.StatusNoContent {
		t.Errorf("another endpoint answers %d", got)
	}
	close(release)
	for range most {
		if got := <-done; got != http.StatusNoContent {
			t.Errorf("a request that had room is answered %d", got)
		}
	}
	for range most + 1 {
		if got := status(t, site.URL+"/slow", url.Values{"a": {"b"}}); got != http.StatusNoContent {
			t.Errorf("after they have ended, another one is answered %d", got)
		}
		<-arrived
	}
}

type quiet struct{}

func (quiet) Observe(string, int, time.Duration) {}

// status sends a GET, or a POST with a form. A 503 says when to try again.
func status(t *testing.T, at string, form url.Values) int {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	var response *http.Response
	var err error
	if form == nil {
		response, err = client.Get(at)
	} else {
		response, err = client.PostForm(at, form)
	}
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	return response.StatusCode
}
