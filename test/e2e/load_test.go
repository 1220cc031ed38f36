//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// report is what the load reports; see app/load.go.
type report struct {
	Requests, Refused, Failed, FailedTwice int
	Why                                    []string
	Slowest                                int64
}

const (
	// rate is what the load asks for in a second.
	rate = 20
	// tail is how long it goes on after a disturbance: whatever was kept open
	// must have been used once more.
	tail = 3 * time.Second
)

// underLoad disturbs the server while tokens are asked for, and insists that
// nobody notices who tries a refused connection once more.
func (s *story) underLoad(t *testing.T, disturb func()) {
	t.Helper()
	s.steadyLoad(t)
	started := time.Now()
	disturb()
	disturbed := time.Since(started)
	letPass(t, tail)
	took := time.Since(started)
	r, err := s.report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d requests, %d refused, %d failed otherwise, %d failed twice, slowest %d ms", disturbed.Round(time.Millisecond), r.Requests, r.Refused, r.Failed, r.FailedTwice, r.Slowest)
	if r.Failed+r.FailedTwice > 0 {
		t.Errorf("requests failed: %s", strings.Join(r.Why, "\n"))
	}
	if least := int(took.Seconds()) * rate / 2; r.Requests < least {
		t.Errorf("%d requests in %s are no %d per second", r.Requests, took, rate)
	}
}

// steadyLoad returns when the load runs and nothing fails.
func (s *story) steadyLoad(t *testing.T) {
	t.Helper()
	if _, err := s.tryKubectl(t.Context(), "get", "pod", "-n", "shop", "load"); err != nil {
		s.kubectl(t, "apply", "-f", testdata+"/load.yaml")
	}
	s.kubectl(t, "wait", "-n", "shop", "pod/load", "--for=condition=Ready", "--timeout=1m")
	eventually(t, "the load to be steady", func(ctx context.Context) error {
		switch r, err := s.report(ctx); {
		case err != nil:
			return err
		case r.Requests == 0 || r.Refused+r.Failed > 0:
			return fmt.Errorf("it reports %+v", r)
		}
		return nil
	})
}

// letPass lets time pass, for what needs just that.
func letPass(t *testing.T, duration time.Duration) {
	t.Helper()
	select {
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	case <-time.After(duration):
	}
}

// report asks the load for its report, which begins a new one.
func (s *story) report(ctx context.Context) (report, error) {
	var r report
	address, err := s.tryKubectl(ctx, "get", "pod", "-n", "shop", "load", "-o", "jsonpath={.status.podIP}")
	if err != nil {
		return r, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+":8080/report", http.NoBody)
	if err != nil {
		return r, err
	}
	response, err := s.inside().Do(request)
	if err != nil {
		return r, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return r, errors.New(response.Status)
	}
	return r, json.NewDecoder(response.Body).Decode(&r)
}

// proxy is the way inside.
func (c *cluster) proxy() *url.URL {
	address, err := url.Parse(c.about.Proxy)
	if err != nil {
		panic(err) // localnode wrote it
	}
	return address
}
