package abuse

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// families is how many sessions the neutral application refreshes in turn.
const families = 16

// neutral is an application that has nothing to do with any abuse. It asks for tokens,
// introspects them and refreshes, at a steady rate and at all replicas.
type neutral struct {
	client   *http.Client
	replicas []string
	service  installation.App
	app      installation.App

	mu      sync.Mutex
	access  string
	refresh [families]string
}

// steps are what the neutral application does in turn.
var steps = []func(n *neutral, ctx context.Context, turn int) error{(*neutral).token, (*neutral).introspect, (*neutral).renew}

func newNeutral(t *testing.T, g *installation.Installation, namespace string) *neutral {
	t.Helper()
	n := &neutral{client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	for _, server := range g.Servers {
		n.replicas = append(n.replicas, server.Options().URL)
	}
	n.service = g.NewApp(t, installation.Service(namespace, "service"))
	n.app = g.NewApp(t, installation.Application(namespace, "app"))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	for i := range n.refresh {
		n.refresh[i], _ = n.app.Tokens(t, v, "alice", url.Values{"scope": {"openid offline_access"}})["refresh_token"].(string)
		if n.refresh[i] == "" {
			t.Fatal("no refresh token")
		}
	}
	if err := n.token(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *neutral) token(ctx context.Context, turn int) error {
	answer, err := n.post(ctx, turn, "/token", n.service, installation.TokenForm("read"))
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.access, _ = answer["access_token"].(string)
	return nil
}

func (n *neutral) introspect(ctx context.Context, turn int) error {
	n.mu.Lock()
	token := n.access
	n.mu.Unlock()
	answer, err := n.post(ctx, turn, "/introspect", n.service, url.Values{"token": {token}})
	if err == nil && answer["active"] != true {
		err = fmt.Errorf("a token is not active: %v", answer)
	}
	return err
}

func (n *neutral) renew(ctx context.Context, turn int) error {
	family := turn % families
	n.mu.Lock()
	token := n.refresh[family]
	n.mu.Unlock()
	answer, err := n.post(ctx, turn, "/token", n.app, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refresh[family], _ = answer["refresh_token"].(string)
	return nil
}

// post sends a form to one of the replicas. Any answer but 200 is an error.
func (n *neutral) post(ctx context.Context, turn int, path string, as installation.App, form url.Values) (map[string]any, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.replicas[turn%len(n.replicas)]+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(as.ID), url.QueryEscape(as.Secret))
	response, err := n.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d %v", path, response.StatusCode, answer)
	}
	return answer, nil
}

// experience is what the neutral application met.
type experience struct {
	took   []time.Duration
	failed map[string]int
}

// work asks at a rate, however long answers take, until ctx ends.
func (n *neutral) work(ctx context.Context, perSecond int) experience {
	var mu sync.Mutex
	var group sync.WaitGroup
	e := experience{failed: map[string]int{}}
	ticker := time.NewTicker(time.Second / time.Duration(perSecond))
	defer ticker.Stop()
	for turn := 0; ctx.Err() == nil; turn++ {
		select {
		case <-ctx.Done():
			continue
		case <-ticker.C:
		}
		due := time.Now()
		group.Go(func() {
			// What has begun is finished, or it would fail for the end of the measurement.
			err := steps[turn%len(steps)](n, context.WithoutCancel(ctx), turn/len(steps))
			mu.Lock()
			defer mu.Unlock()
			e.took = append(e.took, time.Since(due))
			if err != nil {
				e.failed[err.Error()]++
			}
		})
	}
	group.Wait()
	return e
}

// p99 returns how long 99 of 100 answers took at most.
func (e experience) p99() time.Duration {
	sorted := slices.Sorted(slices.Values(e.took))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(math.Ceil(0.99*float64(len(sorted))))-1]
}

// failures returns how many requests failed, and a few of the reasons.
func (e experience) failures() (int, []string) {
	sum := 0
	for _, n := range e.failed {
		sum += n
	}
	reasons := slices.Sorted(maps.Keys(e.failed))
	return sum, reasons[:min(len(reasons), 3)]
}
