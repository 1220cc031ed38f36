package jwksets

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/publickeys"
)

const (
	edwards = `{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	goodSet = `{"keys":[` + edwards + `]}`
)

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func public() []netip.Prefix { return nil }

// site serves what a client publishes.
func site(t *testing.T, handler http.HandlerFunc) (string, *x509.CertPool) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, roots
}

func answering(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

func TestFetch(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		keys    int
		wanted  error
	}{
		"a set":                            {answering(goodSet), 1, nil},
		"a set with keys for other things": {answering(`{"keys":[{"kty":"EC","crv":"P-384"},` + edwards + `,{"kty":1},null,{"use":"enc"}]}`), 1, nil},
		"more keys than count":             {answering(`{"keys":[` + strings.Repeat(edwards+",", 40) + edwards + `]}`), maxKeys, nil},
		"a key that is private":            {answering(`{"keys":[` + strings.Replace(edwards, "{", `{"d":"x",`, 1) + `]}`), 0, errSet},
		"no keys":                          {answering(`{"keys":[]}`), 0, errSet},
		"a key alone":                      {answering(edwards), 0, errSet},
		"a page":                           {answering("<html>"), 0, errSet},
		"nothing":                          {answering(""), 0, errSet},
		"64 KiB":                           {answering(goodSet + strings.Repeat(" ", maxSize-len(goodSet))), 1, nil},
		"more than 64 KiB":                 {answering(goodSet + strings.Repeat(" ", maxSize-len(goodSet)+1)), 0, errSize},
		"more than 64 KiB, compressed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("\x1f\x8b"))
		}, 0, errSet},
		"an error":   {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, goodSet, http.StatusNotFound) }, 0, errStatus},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, 0, errStatus},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			asked := 0
			url, roots := site(t, func(w http.ResponseWriter, r *http.Request) { asked++; test.handler(w, r) })
			keys, _, err := newFetcher(loopback, roots).fetch(t.Context(), Source{URI: url + "/jwks"})
			if len(keys) != test.keys || !errors.Is(err, test.wanted) || asked != 1 {
				t.Errorf("%d keys, %v, after %d requests", len(keys), err, asked)
			}
		})
	}
}

func TestFetchConnectsNowhereElse(t *testing.T) {
	asked := false
	url, roots := site(t, func(http.ResponseWriter, *http.Request) { asked = true })
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	t.Cleanup(plain.Close)
	port := url[strings.LastIndexByte(url, ':'):]
	for name, test := range map[string]struct {
		allowed func() []netip.Prefix
		url     string
	}{
		"a loopback address":      {public, url},
		"a name that leads there": {public, "https://localhost" + port},
		"plain http":              {loopback, plain.URL},
		"a file":                  {loopback, "file:///etc/passwd"},
		"no URL":                  {loopback, "://"},
	} {
		if _, _, err := newFetcher(test.allowed, roots).fetch(t.Context(), Source{URI: test.url}); err == nil || asked {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := newFetcher(loopback, nil).fetch(t.Context(), Source{URI: url}); err == nil || asked {
		t.Errorf("a certificate of nobody: %v", err)
	}
}

func TestAge(t *testing.T) {
	for header, wanted := range map[string]time.Duration{
		"": defaultAge, "no-store": defaultAge, "max-age=600": 10 * time.Minute, "public, Max-Age=600": 10 * time.Minute,
		"max-age=0": minAge, "max-age=31536000": maxAge, "max-age=-1": defaultAge, "max-age=x": defaultAge, "s-maxage=600": defaultAge,
		"max-age=99999999999999999999": defaultAge,
	} {
		if got := age(header); got != wanted {
			t.Errorf("%q: %s", header, got)
		}
	}
}

// A store asks at most once in 30 seconds, however many ask it, and keeps what it has
// where the site is away.
func TestStore(t *testing.T) {
	var asked atomic.Int32
	var broken atomic.Bool
	url, roots := site(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprint(w, goodSet)
	})
	now := time.Unix(1_800_000_000, 0)
	told := 0
	s := New(func() time.Time { return now }, loopback, roots, func(client string, err error) {
		if told++; client != "a" || err == nil {
			t.Errorf("told of %s: %v", client, err)
		}
	})
	keys := func(client, kid string) (int, error) {
		found, err := s.Keys(t.Context(), client, Source{URI: url}, func(k publickeys.Key) bool { return k.ID == kid })
		return len(found), err
	}
	steps := []struct {
		name        string
		after       time.Duration
		client, kid string
		broken      bool
		asked       int32
		keys        int
	}{
		{"the first time", 0, "a", "a", false, 1, 1},
		{"again", time.Second, "a", "a", false, 1, 1},
		{"a key that is not there, at once", 0, "a", "b", false, 1, 1},
		{"a key that is not there, later", pause, "a", "b", false, 2, 1},
		{"a key that is not there, at once again", time.Second, "a", "c", false, 2, 1},
		{"another client", 0, "b", "a", false, 3, 1},
		{"when it is old", defaultAge, "a", "a", false, 4, 1},
		{"when it is old and the site is away", defaultAge, "a", "a", true, 5, 1},
		{"at once after that", time.Second, "a", "a", true, 5, 1},
		{"shortly after that", pause, "a", "a", true, 6, 1},
		{"when it has been away for long", grace, "a", "a", true, 7, 0},
		{"at once after that, too", time.Second, "a", "a", true, 7, 0},
		{"when it is back", pause, "a", "a", false, 8, 1},
	}
	for _, step := range steps {
		now = now.Add(step.after)
		broken.Store(step.broken)
		got, err := keys(step.client, step.kid)
		if got != step.keys || (err == nil) != (step.keys > 0) || asked.Load() != step.asked {
			t.Fatalf("%s: %d keys, %v, after %d requests", step.name, got, err, asked.Load())
		}
	}
	if told != 3 {
		t.Errorf("%d failures were told of 3", told)
	}
	for n := range 5 {
		_, _ = s.Keys(t.Context(), "b", Source{URI: url + "?" + strconv.Itoa(n)}, func(publickeys.Key) bool { return true })
	}
	if len(s.sets) != 2 {
		t.Errorf("two clients have %d sets", len(s.sets))
	}
}
