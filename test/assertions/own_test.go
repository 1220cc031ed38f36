package assertions

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// published is a client's site with its keys.
type published struct {
	url   string
	keys  atomic.Pointer[oauthv1alpha1.JSONWebKeySet]
	asked atomic.Int32
	// authorities is a file with the authority of its certificate.
	authorities string
}

func newPublished(t *testing.T) *published {
	t.Helper()
	p := &published{authorities: filepath.Join(t.TempDir(), "ca.crt")}
	site := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		_ = json.NewEncoder(w).Encode(p.keys.Load())
	}))
	t.Cleanup(site.Close)
	p.url = site.URL + "/jwks"
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Certificate().Raw})
	if err := os.WriteFile(p.authorities, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// own starts a Grantor behind a proxy that breaks things, which trusts a client's site
// on a loopback address.
func own(t *testing.T, site *published) (*installation.Installation, *devenv.FaultProxy) {
	t.Helper()
	t.Setenv("SSL_CERT_FILE", site.authorities)
	return behindProxy(t, devenv.OwnKube(t))
}

// behindProxy starts a Grantor behind a proxy that breaks things.
func behindProxy(t *testing.T, kube *devenv.Kube) (*installation.Installation, *devenv.FaultProxy) {
	t.Helper()
	proxy, err := devenv.StartFaultProxy(kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := installation.Start(ctx, kube, installation.Options{Race: true, Proxy: proxy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	return g, proxy
}

func on(verb, resource string) func(devenv.RequestKey) bool {
	return func(key devenv.RequestKey) bool { return key.Verb == verb && key.Resource == resource }
}

// What authentication costs, and what it does while the API server is away.
func TestCostsAndFaults(t *testing.T) {
	site := newPublished(t)
	g, proxy := own(t, site)
	namespace := devenv.Namespace(t, g.Kube.Config)
	reviews, uses := on("create", "tokenreviews"), on("create", "marks")
	counted := func(what string, of func(devenv.RequestKey) bool, wanted int, do func()) {
		t.Helper()
		before := proxy.Counts()
		do()
		if got := proxy.Counts().Diff(before).Filter(of).Sum(); got != wanted {
			t.Errorf("%s: %d requests to the API server, not %d", what, got, wanted)
		}
	}
	ask := func(id, assertion string) installation.Answer {
		t.Helper()
		return installation.Post(t, g.Issuer+"/token", "", "", form(id, assertion))
	}
	away := func(what string, answer installation.Answer) {
		t.Helper()
		if answer.Status != http.StatusServiceUnavailable || answer.Code() != "temporarily_unavailable" || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s: answered %d %s", what, answer.Status, answer.Body)
		}
	}

	account(t, g, namespace, "app")
	pods := g.Create(t, installation.Service(namespace, "pods", byAccounts("app")))
	fresh := func() string { return token(t, g, namespace, "app", nil, g.Issuer) }
	known(t, g, pods, func() url.Values { return form(pods.ClientID(), fresh()) })
	projected := fresh()
	counted("a token ten times within 5 seconds", reviews, 1, func() {
		for range 10 {
			granted(t, ask(pods.ClientID(), projected))
		}
	})
	counted("tokens that are for others", reviews, 0, func() {
		refused(t, ask(pods.ClientID(), token(t, g, namespace, "app", nil, "https://other.example")))
		refused(t, ask(pods.ClientID(), token(t, g, namespace, "default", nil, g.Issuer)))
		refused(t, ask(namespace+".nobody", fresh()))
		refused(t, ask(pods.ClientID(), newSigner(t, "ES256").assertion(t, pods.ClientID(), g.Issuer)))
	})
	for name, fault := range map[string]devenv.Fault{
		"refused":   devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no"),
		"forbidden": devenv.Refuse(http.StatusForbidden, metav1.StatusReasonForbidden, "no"),
		"dropped":   devenv.Drop(),
	} {
		proxy.SetHook(devenv.When(reviews, fault))
		late := fresh()
		away("a review that is "+name, ask(pods.ClientID(), late))
		proxy.SetHook(nil)
		granted(t, ask(pods.ClientID(), late))
	}

	s := newSigner(t, "ES256")
	signing := g.Create(t, installation.Service(namespace, "signing", byKeys(s.jwk(t, "a"))))
	id := signing.ClientID()
	signed := func() string { return s.assertion(t, id, g.Issuer) }
	known(t, g, signing, func() url.Values { return form(id, signed()) })
	counted("ten assertions", uses, 10, func() {
		for range 10 {
			granted(t, ask(id, signed()))
		}
	})
	counted("assertions that do not count", uses, 0, func() {
		refused(t, ask(id, newSigner(t, "ES256").assertion(t, id, g.Issuer)))
		refused(t, ask(id, s.assertion(t, id, "https://other.example")))
	})
	for name, hook := range map[string]devenv.Hook{
		"an answer that is lost":    devenv.Nth(1, uses, devenv.LoseAnswer(nil)),
		"a request that is dropped": devenv.Nth(1, uses, devenv.Drop()),
	} {
		proxy.SetHook(hook)
		text := signed()
		if answer := ask(id, text); answer.Status != http.StatusOK {
			t.Errorf("%s: answered %d %s", name, answer.Status, answer.Body)
		}
		proxy.SetHook(nil)
		refused(t, ask(id, text))
	}
	proxy.SetHook(devenv.When(uses, devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no")))
	text := signed()
	away("a Mark that is refused", ask(id, text))
	proxy.SetHook(nil)
	granted(t, ask(id, text))

	first, second := newSigner(t, "RS256"), newSigner(t, "EdDSA")
	set := func(keys ...oauthv1alpha1.JSONWebKey) { site.keys.Store(&oauthv1alpha1.JSONWebKeySet{Keys: keys}) }
	set(first.jwk(t, "first"))
	remote := g.Create(t, installation.Service(namespace, "remote", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, JWKSURI: oauthv1alpha1.JWKSURI(site.url)}
	}))
	id = remote.ClientID()
	with := func(s signer, kid string) string {
		return s.sign(t, map[string]any{"alg": s.alg, "kid": kid}, claims(id, g.Issuer, nil))
	}
	refused(t, ask(id, "a.b.c"))
	refused(t, ask(id, s.assertion(t, id, "https://other.example")))
	if n := site.asked.Load(); n != 0 {
		t.Errorf("the site was asked %d times for nothing", n)
	}
	known(t, g, remote, func() url.Values { return form(id, with(first, "first")) })
	set(first.jwk(t, "first"), second.jwk(t, "second"))
	since := time.Now()
	installation.Eventually(t, 40*time.Second, func() bool { return ask(id, with(second, "second")).Status == http.StatusOK }, func() string { return "new key" })
	t.Logf("the new key counts after %s", time.Since(since).Round(time.Second))
	granted(t, ask(id, with(first, "first")))
	if n := site.asked.Load(); n != 2 {
		t.Errorf("the site was asked %d times", n)
	}
	elsewhere := g.Create(t, installation.Service(namespace, "elsewhere", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication = oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, JWKSURI: "https://127.0.0.2/jwks"}
	}))
	id = elsewhere.ClientID()
	installation.Eventually(t, 5*time.Second, func() bool { return ask(id, with(first, "")).Status == http.StatusServiceUnavailable }, func() string { return "refusal to connect" })
	away("keys at an address that is not allowed", ask(id, with(first, "")))
}
