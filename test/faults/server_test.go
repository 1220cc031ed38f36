package faults

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// caller is a client with its secret at one replica.
type caller struct {
	*oauthv1alpha1.OAuthClient
	g      *grantor
	url    string
	secret string
}

func newCaller(t testing.TB, g *grantor, url string) *caller {
	t.Helper()
	c := create(t, g, installation.Service(namespace(t), "caller", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Namespace: g.at.Namespace, Name: g.at.Name}
	}))
	settled(t, g, c, func() bool { return true })
	who := &caller{OAuthClient: c, g: g, url: url, secret: g.Value(t, c)}
	installation.Eventually(t, 5*time.Second, func() bool { return who.token(t).Status == http.StatusOK },
		func() string { return "token of a replica behind a proxy" })
	return who
}

func (c *caller) post(t testing.TB, path string, form url.Values) installation.Answer {
	t.Helper()
	return installation.Post(t, c.url+path, c.ClientID(), c.secret, form)
}

func (c *caller) token(t testing.TB) installation.Answer {
	t.Helper()
	return c.post(t, "/token", installation.TokenForm("read"))
}

func (c *caller) issue(t testing.TB) string {
	t.Helper()
	answer := c.token(t)
	token, _ := answer.JSON["access_token"].(string)
	if token == "" {
		t.Fatalf("no token: %d %s", answer.Status, answer.Body)
	}
	return token
}

func (c *caller) introspect(t testing.TB, token string) installation.Answer {
	t.Helper()
	return c.post(t, "/introspect", url.Values{"token": {token}})
}

func mustBeUnavailable(t testing.TB, what string, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" || answer.Header.Get("Retry-After") == "" {
		t.Errorf("%s answers %d %s with Retry-After %q", what, answer.Status, answer.Body, answer.Header.Get("Retry-After"))
	}
}

func marks(key devenv.RequestKey) bool { return key.Resource == "marks" }

// faulty are the ways in which the API server does not do what it is asked.
var faulty = map[string]devenv.Fault{
	"internal error":    devenv.Refuse(500, metav1.StatusReasonInternalError, "no"),
	"unavailable":       devenv.Refuse(503, metav1.StatusReasonServiceUnavailable, "no"),
	"too many requests": devenv.Refuse(429, metav1.StatusReasonTooManyRequests, "no"),
	"forbidden":         devenv.Refuse(403, metav1.StatusReasonForbidden, "no"),
	"conflict":          devenv.Refuse(409, metav1.StatusReasonConflict, "no"),
	"broken off":        devenv.Drop(),
	"hanging":           devenv.Hang(),
	// As a proxy in between does, or an API server that does not serve the kind.
	"proxy finds nothing":   func(w http.ResponseWriter, r *http.Request, _ http.Handler) { http.NotFound(w, r) },
	"proxy sees a conflict": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { http.Error(w, "no", http.StatusConflict) },
}

// What was not stored is no success, and what cannot be read is not active.
func TestStorageOfMarksFails(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, _ := g.replica(t)
	c := newCaller(t, g, url)
	for _, name := range sortedKeys(faulty) {
		t.Run(name, func(t *testing.T) {
			token := c.issue(t)
			proxy.SetHook(devenv.When(marks, faulty[name]))
			mustBeUnavailable(t, "revocation", c.post(t, "/revoke", map[string][]string{"token": {token}}))
			mustBeUnavailable(t, "introspection", c.introspect(t, token))
			if answer := c.token(t); answer.Status != http.StatusOK {
				t.Errorf("the token endpoint answers %d %s", answer.Status, answer.Body)
			}
			proxy.SetHook(nil)
			if answer := c.introspect(t, token); answer.JSON["active"] != true {
				t.Errorf("a token that was not revoked: %d %s", answer.Status, answer.Body)
			}
			if answer := c.post(t, "/revoke", map[string][]string{"token": {token}}); answer.Status != http.StatusOK {
				t.Errorf("revocation answers %d %s later", answer.Status, answer.Body)
			}
			if answer := c.introspect(t, token); answer.JSON["active"] != false {
				t.Errorf("a revoked token: %d %s", answer.Status, answer.Body)
			}
		})
	}
}

// A revocation whose acknowledgement was lost is stored, and trying again succeeds.
func TestAcknowledgementOfARevocationIsLost(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, _ := g.replica(t)
	c := newCaller(t, g, url)
	token := c.issue(t)
	proxy.SetHook(devenv.When(func(k devenv.RequestKey) bool { return marks(k) && k.IsWrite() }, devenv.LoseAnswer(nil)))
	if answer := c.post(t, "/revoke", map[string][]string{"token": {token}}); answer.Status != http.StatusOK {
		mustBeUnavailable(t, "revocation", answer)
	}
	proxy.SetHook(nil)
	if answer := c.post(t, "/revoke", map[string][]string{"token": {token}}); answer.Status != http.StatusOK {
		t.Errorf("a second revocation answers %d %s", answer.Status, answer.Body)
	}
	if answer := c.introspect(t, token); answer.JSON["active"] != false {
		t.Errorf("a revoked token: %d %s", answer.Status, answer.Body)
	}
}

// cut takes the API server away from a replica.
func cut(proxy *devenv.FaultProxy) {
	proxy.SetHook(func(*http.Request) devenv.Fault { return devenv.Drop() })
	proxy.CloseConnections()
}

func TestTokensAreIssuedWhileTheAPIServerIsAway(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, _ := g.replica(t)
	c := newCaller(t, g, url)
	token := c.issue(t)
	cut(proxy)
	away := time.Now()
	installation.While(10*time.Second, func() {
		if answer := c.token(t); answer.Status != http.StatusOK {
			t.Fatalf("after %s the token endpoint answers %d %s", time.Since(away), answer.Status, answer.Body)
		}
		mustBeUnavailable(t, "introspection", c.introspect(t, token))
		mustBeUnavailable(t, "revocation", c.post(t, "/revoke", map[string][]string{"token": {token}}))
	})
	proxy.SetHook(nil)
	if answer := c.introspect(t, token); answer.JSON["active"] != true {
		t.Errorf("the token, once the API server is back: %d %s", answer.Status, answer.Body)
	}
	suspend(t, g, c)
	installation.Eventually(t, convergence, func() bool { return c.token(t).Status == http.StatusUnauthorized },
		func() string { return "refusal of a suspended client once the API server is back" })
}

func suspend(t testing.TB, g *grantor, c *caller) {
	t.Helper()
	edit(t, g, c.OAuthClient, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
}

// A replica that knows nothing new for a minute stops to vouch for what it knows.
func TestD04ReplicaWithoutAPIServerFailsClosed(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, program := g.replica(t)
	c := newCaller(t, g, url)
	cut(proxy)
	installation.Eventually(t, 75*time.Second, func() bool {
		return devenv.ProbeReady(t.Context(), program.Options().MetricsURL+"/readyz") != nil && c.token(t).Status == http.StatusServiceUnavailable
	}, func() string { return "replica that fails closed" })
	mustBeUnavailable(t, "token endpoint", c.token(t))
}

// refusedWhileHanging suspends a client whose replica's watches hang, and waits
// until the replica refuses it or, failing that, vouches for nothing any more.
func refusedWhileHanging(t *testing.T, g *grantor, c *caller) {
	t.Helper()
	suspend(t, g, c)
	installation.Eventually(t, 37*time.Second, func() bool { return c.token(t).Status != http.StatusOK },
		func() string { return "refusal of a suspended client while watches hang" })
}

// The watches that are open hang, each for itself; new ones are fine.
func TestD10OpenWatchesHangSilently(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, _ := g.replica(t)
	var hang freezer
	proxy.SetHook(devenv.When(devenv.WithVerbs("watch"), hang.fault))
	proxy.CloseConnections()
	c := newCaller(t, g, url)
	hang.freeze()
	refusedWhileHanging(t, g, c)
}

// freezer holds back what is still to come on the streams that are open when it
// freezes.
type freezer struct {
	mu      sync.Mutex
	streams []*frozen
}

func (f *freezer) fault(w http.ResponseWriter, r *http.Request, forward http.Handler) {
	stream := &frozen{ResponseWriter: w, request: r}
	f.mu.Lock()
	f.streams = append(f.streams, stream)
	f.mu.Unlock()
	forward.ServeHTTP(stream, r)
}

func (f *freezer) freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, stream := range f.streams {
		stream.mu.Lock()
		stream.hangs = true
		stream.mu.Unlock()
	}
	f.streams = nil
}

type frozen struct {
	http.ResponseWriter
	request *http.Request
	mu      sync.Mutex
	hangs   bool
}

// Write writes, or waits until the client gives up.
func (f *frozen) Write(content []byte) (int, error) {
	f.mu.Lock()
	hangs := f.hangs
	f.mu.Unlock()
	if hangs {
		<-f.request.Context().Done()
	}
	return f.ResponseWriter.Write(content)
}

// Unwrap lets http.ResponseController flush.
func (f *frozen) Unwrap() http.ResponseWriter { return f.ResponseWriter }
