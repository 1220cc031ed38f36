package check

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestReach(t *testing.T) {
	for name, test := range map[string]struct {
		change      func(*stub)
		apart       time.Duration
		error, says string
	}{
		"everything works":    {func(*stub) {}, time.Second, "", "agree within 10s"},
		"headers":             {func(*stub) {}, 0, "", "Tried 13, among them X-My-Cert"},
		"another issuer":      {func(s *stub) { s.discovery["issuer"] = "https://other.example.com" }, 0, "answers as another issuer", ""},
		"no keys":             {func(s *stub) { s.published.Keys = nil }, 0, "keys: there are none", ""},
		"no token endpoint":   {func(s *stub) { delete(s.discovery, "token_endpoint") }, 0, "no token endpoint", ""},
		"the clock is behind": {func(*stub) {}, -time.Minute, "1m0s apart", ""},
		"the clock is ahead":  {func(*stub) {}, time.Hour, "1h0m0s apart", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(nil)
			server.StartTLS()
			defer server.Close()
			s := newStub(t, server.URL)
			next := s.handler(t)
			server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", s.now.Add(test.apart).Format(http.TimeFormat))
				next.ServeHTTP(w, r)
			})
			test.change(s)
			var said strings.Builder
			c := &Check{Issuer: server.URL, CertificateHeader: "X-My-Cert", HTTP: server.Client(), Now: func() time.Time { return s.now }, Say: func(line string) { said.WriteString(line + "\n") }}
			err := c.Reach(t.Context())
			if (err == nil) != (test.error == "") || err != nil && !strings.Contains(err.Error(), test.error) {
				t.Errorf("it ends with %v, wanted %q", err, test.error)
			}
			if err == nil && (!strings.Contains(said.String(), test.says) || !strings.Contains(said.String(), "TLS: TLS 1.3")) {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}
