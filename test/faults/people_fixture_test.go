package faults

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// counter is an application that asks one replica, behind a proxy of its own, for
// people's tokens.
type counter struct {
	installation.App
	g       *grantor
	proxy   *devenv.FaultProxy
	program *devenv.Program
	// beside is the application as it asks another replica.
	beside installation.App
}

func newCounter(t testing.TB) *counter {
	t.Helper()
	g := start(t)
	alice := &oauthv1alpha1.OAuthUser{}
	installation.Eventually(t, convergence, func() bool {
		err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: "alice"}, alice)
		return err == nil && meta.IsStatusConditionTrue(alice.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return "person who can sign in" })
	c := create(t, g, installation.Application(namespace(t), "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{
			oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken, oauthv1alpha1.GrantClientCredentials,
		}
		// Codes wait for every trouble of a test to be over.
		c.Spec.Tokens.AuthorizationCode.Lifetime = &metav1.Duration{Duration: 10 * time.Minute}
	}))
	settled(t, g, c, func() bool { return true })
	to, proxy, program := g.replica(t)
	app := installation.App{Issuer: to, ID: c.ClientID(), Secret: g.Value(t, c), Redirect: installation.Redirect, Object: c}
	beside := app
	beside.Issuer = g.Issuer
	return &counter{App: app, g: g, proxy: proxy, program: program, beside: beside}
}

func (c *counter) visitor() *installation.Visitor {
	return installation.NewVisitor(http.DefaultTransport, c.Issuer, c.g.Issuer)
}

// person returns a visitor in whose browser alice has signed in and allowed the
// scopes.
func (c *counter) person(t testing.TB, scope string) *installation.Visitor {
	t.Helper()
	v := c.visitor()
	c.Code(t, v, "alice", url.Values{"scope": {scope}})
	return v
}

// pair is the tokens of a Grant.
type pair struct{ access, refresh string }

func pairOf(answer installation.Answer) pair {
	access, _ := answer.JSON["access_token"].(string)
	refresh, _ := answer.JSON["refresh_token"].(string)
	return pair{access, refresh}
}

func (c *counter) tokens(t testing.TB, v *installation.Visitor, scope string) pair {
	t.Helper()
	code, verifier := c.Code(t, v, "alice", url.Values{"scope": {scope}})
	answer := c.Redeem(t, code, verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("redeeming answers %d %s", answer.Status, answer.Body)
	}
	return pairOf(answer)
}

func introspected(t testing.TB, app installation.App, token string) installation.Answer {
	t.Helper()
	return app.Post(t, "/introspect", url.Values{"token": {token}})
}

// mustCount fails unless the tokens count at both replicas, or at none of them.
func (c *counter) mustCount(t testing.TB, of pair, want bool) {
	t.Helper()
	for _, app := range []installation.App{c.App, c.beside} {
		if answer := introspected(t, app, of.access); answer.JSON["active"] != want {
			t.Errorf("introspection answers %d %s", answer.Status, answer.Body)
		}
		if answer := installation.Userinfo(t, app.Issuer, of.access); answer.Status != map[bool]int{true: 200, false: 401}[want] {
			t.Errorf("userinfo answers %d %s", answer.Status, answer.Body)
		}
	}
}

func mustBeRefused(t testing.TB, what string, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		t.Errorf("%s answers %d %s", what, answer.Status, answer.Body)
	}
}

func mustSucceed(t testing.TB, what string, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusOK {
		t.Errorf("%s answers %d %s", what, answer.Status, answer.Body)
	}
}

// sessionObjects accepts requests for what people left.
func sessionObjects(key devenv.RequestKey) bool { return key.Group == "session.grantor.dev" }

func sessionWrites(key devenv.RequestKey) bool { return sessionObjects(key) && key.IsWrite() }

// grace is how long the old refresh token gets the same answer once more.
const grace = 10 * time.Second
