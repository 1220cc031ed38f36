package clientdocuments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

const id = "https://agent.example/client.json"

// host is a client's host, and the clock of the Store that asks it.
type host struct {
	mu   sync.Mutex
	now  time.Time
	away bool
	// refused says that its address is not called.
	refused bool
	// text is that of the status.
	text   string
	status int
	header http.Header
	body   func(id string) string
	asked  int
}

// RoundTrip implements http.RoundTripper.
func (h *host) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	if h.away {
		return nil, errors.New("no route")
	}
	if h.refused {
		return nil, outbound.ErrAddress
	}
	return &http.Response{
		StatusCode: h.status, Status: h.text, Header: h.header, Request: r,
		Body: http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(h.body(r.URL.String()))), maxSize),
	}, nil
}

func (h *host) passes(d time.Duration) { h.now = h.now.Add(d) }

// document is what a client publishes that does nothing unusual.
func document(id string) string {
	text, _ := json.Marshal(map[string]any{
		"client_id": id, "client_name": "Agent", "redirect_uris": []string{"https://agent.example/callback"},
		"grant_types": []string{"authorization_code", "refresh_token"},
	})
	return string(text)
}

// newStore returns a Store that asks a host.
func newStore(change ...func(*serverspec.Documents)) (*Store, *host) {
	h := &host{
		now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), status: http.StatusOK, body: document,
		header: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"max-age=3600"}},
	}
	settings := &serverspec.Settings{Issuer: "https://auth.example", Documents: &serverspec.Documents{Hosts: []string{"agent.example"}, Max: 100}}
	for _, f := range change {
		f(settings.Documents)
	}
	s := New(Options{
		Settings: func() *serverspec.Settings { return settings }, Networks: func() []netip.Prefix { return nil },
		Failed: func(string, error) {}, Now: func() time.Time { return h.now },
	})
	s.listed, s.others = &http.Client{Transport: h}, &http.Client{Transport: h}
	return s, h
}

func (s *Store) described(t testing.TB, id, subject string) (*clients.Client, error) {
	t.Helper()
	client, err := (&Source{Settings: s.Settings}).Client(id)
	if err != nil || client == nil {
		t.Fatalf("client %s: %v", id, err)
	}
	return s.Describe(t.Context(), client, Asker{Subject: subject})
}

func TestClientOfADocument(t *testing.T) {
	s, _ := newStore(func(d *serverspec.Documents) {
		d.Scopes, d.Audiences = []string{"openid"}, []string{"https://mcp.example"}
	})
	client, err := s.described(t, id, "")
	if err != nil {
		t.Fatal(err)
	}
	people := client.People()
	if !client.Virtual() || !client.IsPublic() || people.DisplayName != "Agent" || people.PKCE != oauthv1alpha1.PKCERequired || people.Consent != oauthv1alpha1.ConsentPrompt {
		t.Errorf("the client is %+v", people)
	}
	if !client.Redirects("https://agent.example/callback") || client.Redirects("https://agent.example/other") {
		t.Errorf("it may redirect to %q", client.GetRedirectURIs())
	}
	if fmt.Sprint(client.GetScopes(), client.GetAudience()) != "[openid] [https://mcp.example https://auth.example]" {
		t.Errorf("it may ask for %q of %q", client.GetScopes(), client.GetAudience())
	}
	for grant, may := range map[string]bool{"authorization_code": true, "refresh_token": true, "client_credentials": false, "urn:ietf:params:oauth:grant-type:device_code": false} {
		if client.May(grant) != may {
			t.Errorf("%s: %v", grant, !may)
		}
	}
}

// A document is used for as long as its response says and, while its host does not answer, for
// seven days after it was fetched.
func TestHostThatIsAway(t *testing.T) {
	s, h := newStore()
	asks := func(what string, wanted int, found bool) {
		t.Helper()
		before := h.asked
		client, err := s.described(t, id, "")
		if (err == nil) != found || h.asked-before != wanted {
			t.Errorf("%s: %v, asked %d times", what, err, h.asked-before)
		}
		if refusal, ok := errors.AsType[*httpx.Error](err); err != nil && (!ok || refusal.Status != http.StatusServiceUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
		if err == nil && client.People().DisplayName != "Agent" {
			t.Errorf("%s: %+v", what, client.People())
		}
	}
	asks("the first time", 1, true)
	h.away = true
	h.passes(59 * time.Minute)
	asks("within an hour", 0, true)
	h.passes(2 * time.Minute)
	asks("after it", 1, true)
	h.passes(29 * time.Second)
	asks("half a minute later", 0, true)
	h.passes(2 * time.Second)
	asks("after that", 1, true)
	h.passes(6 * 24 * time.Hour)
	asks("after six days", 1, true)
	h.passes(2 * 24 * time.Hour)
	asks("after eight days", 1, false)
	h.passes(time.Second)
	asks("a second later", 0, false)
	h.away = false
	h.passes(time.Minute)
	asks("when it is back", 1, true)
}

// What the host itself says takes the place of what it said before.
func TestDocumentThatIsGone(t *testing.T) {
	for name, change := range map[string]func(*host){
		"not found": func(h *host) { h.status = http.StatusNotFound },
		"a defect":  func(h *host) { h.body = func(string) string { return "{}" } },
	} {
		t.Run(name, func(t *testing.T) {
			s, h := newStore()
			if _, err := s.described(t, id, ""); err != nil {
				t.Fatal(err)
			}
			change(h)
			h.passes(2 * time.Hour)
			for range 2 {
				if _, err := s.described(t, id, ""); err == nil {
					t.Error("the previous document is still valid")
				}
			}
			if h.asked != 2 {
				t.Errorf("asked %d times", h.asked)
			}
		})
	}
}

func TestAgeOfADocument(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 5 * time.Minute, "max-age=0": 5 * time.Minute, "no-store": 5 * time.Minute, "public, max-age=7200": 2 * time.Hour, "max-age=31536000": 24 * time.Hour,
	} {
		s, h := newStore()
		h.header.Set("Cache-Control", header)
		_, _ = s.described(t, id, "")
		if got := s.get(id, true).until.Sub(h.now); got != want {
			t.Errorf("%q: %s, not %s", header, got, want)
		}
	}
}

// Requests of users who have not signed in call no host that is not named, and cannot use up
// what others need.
func TestWhoMakesTheServerFetch(t *testing.T) {
	s, h := newStore(func(d *serverspec.Documents) { d.Others = true })
	const other = "https://other.example/client.json"
	if _, err := s.described(t, other, ""); !errors.Is(err, ErrSignIn) || h.asked != 0 {
		t.Errorf("another host: %v, asked %d times", err, h.asked)
	}
	h.body = func(id string) string {
		return strings.ReplaceAll(document(id), "agent.example/callback", "other.example/callback")
	}
	if _, err := s.described(t, other, "local:ada"); err != nil || h.asked != 1 {
		t.Errorf("with a user: %v, asked %d times", err, h.asked)
	}
	if _, err := s.described(t, other, ""); err != nil || h.asked != 1 {
		t.Errorf("what is known already: %v, asked %d times", err, h.asked)
	}
	h.passes(2 * time.Hour)
	if _, err := s.described(t, other, ""); !errors.Is(err, ErrSignIn) || h.asked != 1 {
		t.Errorf("once it is old: %v, asked %d times", err, h.asked)
	}

	h.body, h.asked = document, 0
	if _, err := s.described(t, id, ""); err != nil {
		t.Fatal(err)
	}
	for n := range 200 {
		if _, err := s.described(t, fmt.Sprintf("https://agent.example/x%d", n), ""); err != nil && !errors.Is(err, ErrSignIn) {
			t.Fatal(err)
		}
	}
	if h.asked != ofAll.Burst {
		t.Errorf("a flood makes %d requests", h.asked)
	}
	if _, err := s.described(t, "https://agent.example/new", "local:ada"); err != nil {
		t.Errorf("a user who has signed in: %v", err)
	}
	for n := range 20 {
		_, err := s.described(t, fmt.Sprintf("https://agent.example/y%d", n), "local:eve")
		if refusal, ok := errors.AsType[*httpx.Error](err); n >= ofOne.Burst && (!ok || refusal.RetryAfter == 0) {
			t.Errorf("number %d of one user: %v", n, err)
		}
	}
	// A flood that pushes others out of memory does so at the rate of fetches.
	h.away = true
	h.passes(30 * time.Minute)
	if _, err := s.described(t, id, ""); err != nil {
		t.Errorf("what was used first: %v", err)
	}
}

// waits is how many requests wait.
func (s *Store) waits(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting[key]
}

func TestRequestsWaitTogether(t *testing.T) {
	s, h := newStore()
	release := make(chan struct{})
	inner := h.body
	h.body = func(id string) string { <-release; return inner(id) }
	client, _ := (&Source{Settings: s.Settings}).Client(id)
	var all sync.WaitGroup
	var failures sync.Map
	for n := range 2 * maxWaiting {
		all.Go(func() {
			if _, err := s.Describe(t.Context(), client, Asker{}); err != nil {
				failures.Store(n, err)
			}
		})
	}
	for s.waits("host agent.example") < maxWaiting {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	count := 0
	failures.Range(func(_, _ any) bool { count++; return true })
	if h.asked != 1 || count > maxWaiting {
		t.Errorf("asked %d times, refused %d", h.asked, count)
	}
}

func TestACallerThatLeaves(t *testing.T) {
	s, h := newStore()
	ctx, cancel := context.WithCancel(t.Context())
	client, _ := (&Source{Settings: s.Settings}).Client(id)
	inner := h.body
	h.body = func(id string) string { cancel(); return inner(id) }
	_, _ = s.Describe(ctx, client, Asker{})
	// What was fetched is there for the next one.
	for end := time.Now().Add(10 * time.Second); s.get(id, true).document == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the document was not kept")
		}
	}
}
