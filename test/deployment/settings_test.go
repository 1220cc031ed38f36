package deployment

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestAServerFollowsItsSettings: what an OAuthServer says about requests, the log and
// traces holds at a replica that runs, and so does what it says no more.
func TestAServerFollowsItsSettings(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := created(t, g, newServer(namespace, "auth"))
	before := deploymentOf(t, g, server)
	program := started(t, g, server)
	set := func(change func(*oauthv1alpha1.OAuthServerSpec)) {
		t.Helper()
		changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { change(&s.Spec) })
	}
	asks := 0
	// becomes asks again and again, each time as another address, until what is logged is so.
	becomes := func(what string, so func(log, address string) bool) {
		t.Helper()
		installation.Eventually(t, 10*time.Second, func() bool {
			asks++
			from, address := logged(t, program), fmt.Sprintf("198.51.100.%d", asks%250)
			askFrom(t, program.Options().URL, address)
			return so(logged(t, program)[len(from):], address)
		}, func() string { return what })
	}
	audited := func(log, address string) bool { return strings.Contains(log, `"address":"`+address+`"`) }

	becomes("the address of the connection", func(log, _ string) bool { return audited(log, "127.0.0.1") })
	set(func(s *oauthv1alpha1.OAuthServerSpec) { s.HTTP.TrustedProxies = []oauthv1alpha1.Network{"127.0.0.0/8"} })
	becomes("the address that a trusted proxy tells", audited)
	set(func(s *oauthv1alpha1.OAuthServerSpec) { s.HTTP.TrustedProxies = []oauthv1alpha1.Network{"192.0.2.1"} })
	becomes("the address of a proxy that is not trusted any more", func(log, _ string) bool { return audited(log, "127.0.0.1") })

	set(func(s *oauthv1alpha1.OAuthServerSpec) { s.LogLevel = oauthv1alpha1.LogLevelDebug })
	becomes("lines of the level debug", func(log, _ string) bool { return strings.Contains(log, `"level":"DEBUG"`) })
	set(func(s *oauthv1alpha1.OAuthServerSpec) { s.LogLevel = oauthv1alpha1.LogLevelError })
	becomes("no line at all", func(log, _ string) bool { return log == "" })
	set(func(s *oauthv1alpha1.OAuthServerSpec) { s.LogLevel = oauthv1alpha1.LogLevelInfo })
	becomes("lines of the level info", func(log, _ string) bool { return audited(log, "127.0.0.1") })

	var spans atomic.Int32
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && r.URL.Path == "/v1/traces" && strings.Contains(string(body), "grantor-server") {
			spans.Add(1)
		}
	}))
	defer collector.Close()
	set(func(s *oauthv1alpha1.OAuthServerSpec) {
		s.Telemetry.Traces = &oauthv1alpha1.ServerTraces{Endpoint: collector.URL}
		s.LogLevel = oauthv1alpha1.LogLevelDebug
	})
	becomes("a trace that the log names", func(log, _ string) bool { return strings.Contains(log, `"trace_id":"`) })
	set(func(s *oauthv1alpha1.OAuthServerSpec) { s.Telemetry.Traces = nil })
	becomes("no traces", func(log, _ string) bool {
		return strings.Contains(log, `"level":"DEBUG"`) && !strings.Contains(log, `"trace_id":"`)
	})
	installation.Eventually(t, 10*time.Second, func() bool { return spans.Load() > 0 }, func() string { return "spans at the collector" })

	if after := deploymentOf(t, g, server); after.Generation != before.Generation {
		t.Errorf("the Deployment was changed: %v", after.Spec)
	}
}

func logged(t *testing.T, program *devenv.Program) string {
	t.Helper()
	text, err := os.ReadFile(program.Options().LogFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// askFrom asks for a token as a client that does not exist, for somebody else.
func askFrom(t *testing.T, at, address string) {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"nobody"}, "client_secret": {"x"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Forwarded-For", address)
	if answer := installation.Do(t, request); answer.Status != http.StatusUnauthorized {
		t.Fatalf("answers %d %s", answer.Status, answer.Body)
	}
}
