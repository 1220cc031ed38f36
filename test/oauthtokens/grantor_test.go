package oauthtokens

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/inprocess"
	"github.com/grantor-dev/grantor/test/installation"
)

// grantor is our own server, with a clock that the test turns. It is at the issuer behind a
// proxy that counts token requests.
type grantor struct {
	app installation.App
	*installation.Installation

	mu      sync.Mutex
	seen    counts
	running int
}

// newGrantorScene creates an OAuthToken of an OAuthClient that may repeat a refresh until the
// next token has been used. The operator that made the client's Secret has ended: the test has
// its own.
func newGrantorScene(t *testing.T) (*scene, *grantor) {
	t.Helper()
	installed, _ := installation.Isolated(t)
	namespace := devenv.Namespace(t, installed.Kube.Config)
	app := installed.NewApp(t, installation.Application(namespace, "crm", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.RefreshToken.Retry = oauthv1alpha1.RefreshTokenRetryUntilUsed
	}))
	g := &grantor{Installation: installed, app: app}
	for _, program := range []*devenv.Program{installed.Operator, installed.Servers[0]} {
		if err := program.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	turned, replica := inprocess.StartWithClock(t, installed)
	g.serve(t, replica.URL)
	s := &scene{t: t, kube: installed.Kube, admin: installed.Admin, from: &handovers{}, events: &recorder{}}
	s.clock = &clock{runs: turned.Now, follows: func(by time.Duration) { turned.Turn(t, by, replica) }}
	s.active = func(token string) bool {
		answer := app.Post(t, "/introspect", url.Values{"token": {token}})
		for tries := 0; answer.Status == http.StatusServiceUnavailable && tries < 400; tries++ {
			// When its clock is turned, the server has to find out that what it read is not old.
			time.Sleep(50 * time.Millisecond)
			answer = app.Post(t, "/introspect", url.Values{"token": {token}})
		}
		return answer.JSON["active"] == true
	}
	s.token = &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm"}, Spec: oauthv1alpha1.OAuthTokenSpec{
		ClientRef: &oauthv1alpha1.TokenClientReference{Name: "crm"}, Grant: person, Scopes: []string{"offline_access", "read"},
		AuthorizedBy: &oauthv1alpha1.TokenAuthorizers{Users: []string{"alice"}},
	}}
	s.create(s.token)
	return s, g
}

// serve puts the proxy at the issuer.
func (g *grantor) serve(t *testing.T, replica string) {
	t.Helper()
	at, err := url.Parse(replica)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(t.Context()), "tcp", strings.TrimPrefix(g.Issuer, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(at)
		r.Out.Host = r.In.Host
	}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			g.began()
			defer g.ended()
		}
		proxy.ServeHTTP(w, r)
	}))
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
}

func (g *grantor) began() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen.requests++
	g.running++
	g.seen.atOnce = max(g.seen.atOnce, g.running)
}

func (g *grantor) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
}

// allow lets alice sign in and agree.
func (g *grantor) allow(s *scene) {
	code, verifier := g.app.Code(s.t, g.Visitor(), "alice", url.Values{"scope": {"offline_access read"}})
	s.from.next.Store(&oauthtoken.Handover{ID: rand.Text(), Code: code, Verifier: verifier, RedirectURI: g.app.Redirect, Person: "alice", At: s.clock.Now()})
}

// counts returns what the proxy saw. An authorization that Grantor revokes is one that the
// operator loses, which no test expects.
func (g *grantor) counts(*scene) counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen
}
