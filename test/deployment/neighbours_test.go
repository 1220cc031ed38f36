package deployment

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// neighbour is a server that runs with the rights that the operator gave it, with two
// clients of its own.
type neighbour struct {
	issuer  string
	service installation.App
	app     installation.App
}

// TestNothingOfANeighbourIsAccepted: two servers, beside each other and in different
// namespaces. They have the same users where they are beside each other, and one host
// name, so that browsers send each the cookies of the other.
func TestNothingOfANeighbourIsAccepted(t *testing.T) {
	t.Parallel()
	for name, apart := range map[string]bool{"in one namespace": false, "in two namespaces": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, home := shared.Grantor(t), shared.Namespace(t)
			other := home
			if apart {
				other = shared.Namespace(t)
				populate(t, g, other)
			}
			populate(t, g, home)
			ours, theirs := settle(t, g, home, "ours"), settle(t, g, other, "theirs")
			refuses(t, ours, theirs)
			refuses(t, theirs, ours)
		})
	}
}

// refuses checks that a server takes nothing of another one, and takes its own.
func refuses(t *testing.T, server, stranger neighbour) {
	t.Helper()
	at := func(a installation.App) installation.App { a.Issuer = server.issuer; return a }
	visitor := installation.NewVisitor(nil, server.issuer, stranger.issuer)
	tokens := stranger.app.Tokens(t, visitor, "alice", nil)
	access, _ := tokens["access_token"].(string)
	refresh, _ := tokens["refresh_token"].(string)

	refused := map[string]installation.Answer{
		"the other's client":                        at(stranger.service).Ask(t, installation.TokenForm("read"), nil),
		"the other's refresh token":                 at(stranger.app).Refresh(t, refresh, nil),
		"the other's refresh token, by its client":  server.app.Refresh(t, refresh, nil),
		"the other's client, to introspect a token": at(stranger.service).Post(t, "/introspect", url.Values{"token": {access}}),
		"a token of the other, at userinfo":         installation.Userinfo(t, server.issuer, access),
	}
	code, verifier := stranger.app.Code(t, visitor, "alice", nil)
	refused["the other's code"] = at(stranger.app).Redeem(t, code, verifier, nil)
	refused["the other's code, by its client"] = server.app.Redeem(t, code, verifier, nil)
	for what, answer := range refused {
		if answer.Status != http.StatusUnauthorized && (answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant") {
			t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
		}
	}
	if answer := server.service.Post(t, "/introspect", url.Values{"token": {access}}); answer.JSON["active"] != false {
		t.Errorf("a token of the other is introspected: %s", answer.Body)
	}
	if answer := server.service.Post(t, "/revoke", url.Values{"token": {refresh}}); answer.Status != http.StatusOK {
		t.Errorf("revoking a token of the other: %d %s", answer.Status, answer.Body)
	}

	// Who is signed in at the other signs in here like anybody.
	to, _ := server.app.AuthorizationURL(nil)
	view := visitor.Get(t, to)
	if _, asked := view.LoginForm(); !asked {
		t.Errorf("the login of the other counts: %d %v", view.Status, view.Elsewhere)
	}
	if answer := server.service.Ask(t, installation.TokenForm("read"), nil); answer.Status != http.StatusOK {
		t.Errorf("its own client gets %d %s", answer.Status, answer.Body)
	}
	if answer := stranger.app.Refresh(t, refresh, nil); answer.Status != http.StatusOK {
		t.Errorf("afterwards the other refuses its own refresh token: %d %s", answer.Status, answer.Body)
	}
}

// settle deploys a server, runs it as the operator would have it run, and gives it
// clients in a namespace of their own.
func settle(t *testing.T, g *installation.Installation, namespace, name string) neighbour {
	t.Helper()
	port := installation.FreePort(t)
	n := neighbour{issuer: "http://" + devenv.Loopback(port)}
	created(t, g, newServer(namespace, name, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Issuer, s.Spec.ClientNamespaces.From = n.issuer, oauthv1alpha1.NamespacesFromAll
		for _, scope := range installation.Application("", "").Spec.Scopes {
			s.Spec.Scopes = append(s.Spec.Scopes, oauthv1alpha1.ScopeDefinition{Name: scope})
		}
	}))
	alice := &oauthv1alpha1.OAuthUser{}
	installation.Eventually(t, bound, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "alice"}, alice); err != nil {
			t.Fatal(err)
		}
		return meta.IsStatusConditionTrue(alice.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return "alice who is ready" })
	run(t, g, namespace, name, port)
	clients := shared.Namespace(t)
	bound := func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Namespace: namespace, Name: name}
	}
	n.service = n.client(t, g, installation.Service(clients, "service", bound))
	n.app = n.client(t, g, installation.Application(clients, "app", bound))
	return n
}

// client creates a client and waits for its credentials. It is not Ready, because no
// endpoints lead to its server.
func (n neighbour) client(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient) installation.App {
	t.Helper()
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionTrue, "")
	app := installation.App{Issuer: n.issuer, ID: c.ClientID(), Redirect: installation.Redirect, Object: c, Secret: g.Value(t, c)}
	installation.Eventually(t, bound, func() bool {
		answer := app.Post(t, "/introspect", url.Values{"token": {"x"}})
		return answer.Status == http.StatusOK
	}, func() string { return "its server knows client " + app.ID })
	return app
}

// run starts a replica of a server that the operator has deployed.
func run(t *testing.T, g *installation.Installation, namespace, name string, port int) {
	t.Helper()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	err := devenv.ServiceAccountKubeconfig(t.Context(), g.Kube.Config, namespace, name+"-oauth", kubeconfig, devenv.ServiceAccountOptions{Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	metrics := installation.FreePort(t)
	// StartProgram waits until it is ready, which takes all that it reads.
	program, err := devenv.StartProgram(t.Context(), devenv.ServerOptions(devenv.ServerSettings{
		Binary: g.Servers[0].Options().Binary, Kubeconfig: kubeconfig, Port: port, MetricsPort: metrics,
		LogFile: filepath.Join(t.TempDir(), "server.log"), Args: []string{"--server-name", name, "--server-namespace", namespace},
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Kill() })
}

// populate adds alice to a namespace.
func populate(t *testing.T, g *installation.Installation, namespace string) {
	t.Helper()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "alice"},
		Data:       map[string][]byte{"password-hash": installation.CheapHash("alice-password")},
	}
	user := &oauthv1alpha1.OAuthUser{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "alice"},
		Spec:       oauthv1alpha1.OAuthUserSpec{Username: "alice", PasswordSecretRef: &oauthv1alpha1.PasswordSecretReference{Name: "alice"}},
	}
	for _, object := range []client.Object{secret, user} {
		if err := g.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
}
