package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/outbound"
)

func TestPresets(t *testing.T) {
	for host, spec := range map[string]oauthv1alpha1.TokenProvider{
		"oauth2.googleapis.com":     {Preset: oauthv1alpha1.TokenProviderGoogle},
		"github.com":                {Preset: oauthv1alpha1.TokenProviderGitHub},
		"login.microsoftonline.com": {Preset: oauthv1alpha1.TokenProviderAzure, TenantID: "contoso.example"},
		"provider.example:8443":     {Custom: &oauthv1alpha1.TokenCustomProvider{TokenEndpoint: "https://provider.example:8443/t"}},
	} {
		p, ok := Known(&spec)
		if !ok || p.Host() != host || !callable(p.Token) || spec.Preset != "" && !callable(p.Authorization) {
			t.Errorf("%s: %+v", host, p)
		}
		if spec.TenantID != "" && !strings.Contains(p.Token, "/contoso.example/") {
			t.Errorf("the token endpoint of the tenant is %s", p.Token)
		}
	}
	if _, ok := Known(&oauthv1alpha1.TokenProvider{Custom: &oauthv1alpha1.TokenCustomProvider{Issuer: "https://provider.example"}}); ok {
		t.Error("an issuer is not asked for its endpoints")
	}
}

func TestWhereMetadataIs(t *testing.T) {
	for issuer, want := range map[string][2]string{
		"https://a.example":     {"https://a.example/.well-known/openid-configuration", "https://a.example/.well-known/oauth-authorization-server"},
		"https://a.example/":    {"https://a.example/.well-known/openid-configuration", "https://a.example/.well-known/oauth-authorization-server"},
		"https://a.example/b/c": {"https://a.example/b/c/.well-known/openid-configuration", "https://a.example/.well-known/oauth-authorization-server/b/c"},
	} {
		if got := addresses(issuer); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s: %v", issuer, got)
		}
	}
}

func TestMetadata(t *testing.T) {
	const issuer = "https://a.example"
	for body, want := range map[string]error{
		`{"issuer":"https://a.example","token_endpoint":"https://b.example/t","authorization_endpoint":"https://a.example/a"}`:         nil,
		`{"issuer":"https://a.example","token_endpoint":"http://127.0.0.1:80/t"}`:                                                      nil,
		`{"issuer":"https://a.example/","token_endpoint":"https://b.example/t"}`:                                                       errIssuer,
		`{"issuer":"https://b.example","token_endpoint":"https://b.example/t"}`:                                                        errIssuer,
		`{"token_endpoint":"https://b.example/t"}`:                                                                                     errIssuer,
		`{"issuer":"https://a.example"}`:                                                                                               errNoToken,
		`{"issuer":"https://a.example","token_endpoint":"http://b.example/t"}`:                                                         errNoToken,
		`{"issuer":"https://a.example","token_endpoint":"https://u:p@b.example/t"}`:                                                    errNoToken,
		`{"issuer":"https://a.example","token_endpoint":"file:///etc/passwd"}`:                                                         errNoToken,
		`{"issuer":"https://a.example","token_endpoint":["https://b.example/t"]}`:                                                      errNoToken,
		`{"issuer":"https://a.example","token_endpoint":"https://b.example/t","authorization_endpoint":"javascript:x"}`:                errNoStart,
		`{"issuer":"https://a.example","token_endpoint":"https://b.example/t","authorization_endpoint":"https://a.example/a?Scope=x"}`: errQuery,
		`{"issuer":"https://a.example","issuer":"https://a.example","token_endpoint":"https://b.example/t"}`:                           errFormat,
		`[]`: errFormat,
		``:   errFormat,
	} {
		if _, err := parse(issuer, []byte(body)); !errors.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://a.example","token_endpoint":"https://b.example/t"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if p, err := parse("https://a.example", body); err == nil && !callable(p.Token) {
			t.Errorf("%+v", p)
		}
	})
}

func TestMetadataIsRemembered(t *testing.T) {
	asked, answers := 0, true
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if !answers || r.URL.Path != "/.well-known/oauth-authorization-server" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"issuer":"`+server.URL+`","token_endpoint":"`+server.URL+`/token"}`)
	}))
	defer server.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	networks := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	d := &Discoverer{Now: func() time.Time { return now }, Through: outbound.New(outbound.Options{
		Networks: func() []netip.Prefix { return networks }, Timeout: 20 * time.Second, MaxBody: maxBody})}
	find := func(sentence string, wantAsked int, wantErr error) {
		t.Helper()
		p, err := d.Discover(context.Background(), "reports", server.URL)
		if !errors.Is(err, wantErr) || asked != wantAsked || err == nil && p.Token != server.URL+"/token" {
			t.Errorf("%s: %v, %+v, asked %d times", sentence, err, p, asked)
		}
	}
	find("the first time", 2, nil)
	now = now.Add(fresh - time.Second)
	find("it is fresh", 2, nil)
	now = now.Add(time.Second)
	find("it is not fresh any more", 4, nil)
	answers, now = false, now.Add(fresh)
	find("it is away", 6, nil)
	now = now.Add(9 * time.Second)
	find("it is left alone", 6, nil)
	now = now.Add(kept)
	find("it is away for a day", 8, errAway)
	networks, now = nil, now.Add(fresh)
	find("its address is not allowed", 8, outbound.ErrAddress)
	networks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	find("that is remembered", 8, outbound.ErrAddress)
}

// calls answers requests for metadata.
type calls func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (c calls) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

// An issuer that does not answer is asked by one at a time, and less and less often.
func TestAnIssuerThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := atomic.Int64{}
		d := &Discoverer{Now: time.Now, Through: &http.Client{Transport: calls(func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}}
		all := sync.WaitGroup{}
		for range 8 {
			all.Go(func() {
				if _, err := d.Discover(t.Context(), "reports", "https://a.example"); !errors.Is(err, errAway) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := asked.Load(); n > 2 {
			t.Errorf("eight at once ask %d times", n)
		}
		asked.Store(0)
		for range 120 {
			time.Sleep(30 * time.Second)
			_, _ = d.Discover(t.Context(), "reports", "https://a.example")
		}
		if n := asked.Load(); n > 24 {
			t.Errorf("asked %d times in an hour", n)
		}
	})
}

// Who names many issuers forgets their own.
func TestIssuersOfOthersAreRemembered(t *testing.T) {
	m, now := memory{}, time.Now()
	look := func(namespace, issuer string) *entry {
		e, turn := m.look(namespace, issuer, now)
		if turn == mine {
			m.learn(e, Provider{Issuer: issuer}, nil, now)
		}
		now = now.Add(time.Millisecond)
		return e
	}
	first := look("small", "https://a.example")
	for n := range 2 * most {
		look("crowded", "https://"+strconv.Itoa(n)+".example")
	}
	if len(m.entries) != most || look("small", "https://a.example") != first {
		t.Errorf("%d issuers are remembered, not that of another namespace", len(m.entries))
	}
}
