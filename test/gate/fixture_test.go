package gate

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// public is the host of the application that the gate protects.
const public = "tickets.example.com"

// party is a resource, an application that uses it, and a replica that believes proxies at
// 127.0.0.1.
type party struct {
	resource *oauthv1alpha1.OAuthResource
	app      installation.App
	replica  *devenv.Program
}

func newParty(t testing.TB, change ...func(*oauthv1alpha1.OAuthResourceSpec)) party {
	t.Helper()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	p := partyOf(t, g, ns, change...)
	p.replica = g.StartReplica(t, devenv.ServerSettings{LogLevel: "debug", Args: []string{"--trusted-proxies", "127.0.0.1"}})
	return p
}

func partyOf(t testing.TB, g *installation.Installation, ns string, change ...func(*oauthv1alpha1.OAuthResourceSpec)) party {
	t.Helper()
	r := &oauthv1alpha1.OAuthResource{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "tickets"},
		Spec: oauthv1alpha1.OAuthResourceSpec{
			Identifier: oauthv1alpha1.ResourceIdentifier(ns + ".tickets"),
			Scopes:     []oauthv1alpha1.ResourceScope{{Name: "tickets.read"}, {Name: "tickets.write"}, {Name: "tickets/a,b;c"}},
		},
	}
	r.Spec.Clients.Workloads = oauthv1alpha1.ResourceClientsAllow
	for _, f := range change {
		f(&r.Spec)
	}
	if err := g.Admin.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(r), r); err != nil {
			t.Fatal(err)
		}
		return meta.IsStatusConditionTrue(r.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return "resource to be ready" })
	app := g.NewApp(t, installation.Application(ns, "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	}))
	return party{resource: r, app: app, replica: g.Servers[0]}
}

// asking returns the parameters of a request for the resource.
func (p party) asking(scope string) url.Values {
	return url.Values{"scope": {scope}, "resource": {string(p.resource.Spec.Identifier)}}
}

// token signs alice in and returns an access token for the resource.
func (p party) token(t testing.TB, scope string) string {
	t.Helper()
	tokens := p.app.Tokens(t, installation.NewVisitor(http.DefaultTransport, p.app.Issuer), "alice", p.asking(scope))
	token, _ := tokens["access_token"].(string)
	if token == "" {
		t.Fatalf("no access token: %v", tokens)
	}
	return token
}

// bound returns an access token that is bound to a key.
func (p party) bound(t testing.TB, key dpoptest.Key, scope string) string {
	t.Helper()
	code, verifier := p.app.Code(t, installation.NewVisitor(http.DefaultTransport, p.app.Issuer), "alice", p.asking(scope))
	request := form(t, p.app.Issuer+"/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.app.Redirect}, "code_verifier": {verifier}, "client_id": {p.app.ID},
	})
	request.Header.Set("DPoP", key.Proof(http.MethodPost, p.app.Issuer+"/token", nil))
	answer := installation.Do(t, request)
	if answer.Status != http.StatusOK || answer.JSON["token_type"] != "DPoP" {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	token, _ := answer.JSON["access_token"].(string)
	return token
}

// path is that of the gate for the resource.
func (p party) path() string { return "/gate/" + p.resource.Namespace + "/" + p.resource.Name }

// question is what a proxy sends.
type question struct {
	method, path, host string
	header             http.Header
}

// asks sends a question to the replica.
func (p party) asks(t testing.TB, q question) installation.Answer {
	t.Helper()
	if q.method == "" {
		q.method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(t.Context(), q.method, p.replica.Options().URL+q.path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = q.host
	maps.Copy(request.Header, q.header)
	return installation.Do(t, request)
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// effective waits for what a change makes of an answer.
func (p party) effective(t testing.TB, q question, status int) {
	t.Helper()
	var answer installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		answer = p.asks(t, q)
		return answer.Status == status
	}, func() string { return "the answer that is wanted; it is " + answer.Body })
}

// application is behind a proxy, and remembers the last request that reached it.
type application struct {
	mu   sync.Mutex
	last *http.Request
}

// ServeHTTP implements http.Handler.
func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = r
	w.WriteHeader(http.StatusTeapot)
}

// reached returns the last request, which is forgotten; nil for none.
func (a *application) reached() *http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.last
	a.last = nil
	return r
}

// proxied checks a proxy in this process, which is given the application behind it.
func (p party) proxied(t *testing.T, proxy func(next http.Handler) http.Handler) {
	t.Helper()
	behind := &application{}
	app := httptest.NewServer(behind)
	t.Cleanup(app.Close)
	to, err := url.Parse(app.URL)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(proxy(httputil.NewSingleHostReverseProxy(to)))
	t.Cleanup(front.Close)
	p.through(t, behind, front.URL)
}

// passOn answers as the gate did.
func passOn(w http.ResponseWriter, response *http.Response) {
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}
