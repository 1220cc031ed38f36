package lifecycle

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func deleteLater(t testing.TB, g *installation.Installation, object client.Object) {
	t.Helper()
	if err := g.Admin.Delete(context.Background(), object); client.IgnoreNotFound(err) != nil {
		t.Error(err)
	}
}

// server makes another OAuthServer, which no program serves.
func server(t testing.TB, g *installation.Installation, ns, name string, change ...func(*oauthv1alpha1.OAuthServer)) *oauthv1alpha1.OAuthServer {
	t.Helper()
	s := &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer: "https://" + name + ".example",
			Scopes: []oauthv1alpha1.ScopeDefinition{{Name: "read"}, {Name: "root", Restricted: true}},
		},
	}
	for _, f := range change {
		f(s)
	}
	if err := g.Admin.Create(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { deleteLater(t, g, s) })
	return s
}

func on(s *oauthv1alpha1.OAuthServer) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: s.Name, Namespace: s.Namespace}
	}
}

func notAccepted(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, reason string) {
	t.Helper()
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, reason)
}

// told is how long a condition of a server may take, which nothing depends on.
const told = 30 * time.Second

func TestSecondDefaultServerIsToldAndChangesNothing(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "bound")
	second := server(t, g, ns, "second", func(s *oauthv1alpha1.OAuthServer) { s.Spec.Default = true })
	installation.Eventually(t, told, func() bool {
		condition := meta.FindStatusCondition(reload(t, g, second).Status.Conditions, oauthv1alpha1.ConditionDefault)
		return condition != nil && condition.Status == metav1.ConditionFalse && condition.Reason == oauthv1alpha1.ReasonDefaultConflict
	}, func() string { return "word to the second default server" })
	if condition := meta.FindStatusCondition(reload(t, g, oauthServer()).Status.Conditions, oauthv1alpha1.ConditionDefault); condition == nil || condition.Status != metav1.ConditionTrue {
		t.Errorf("the older default server says %+v", condition)
	}
	for _, one := range []*oauthv1alpha1.OAuthClient{c, service(t, g, ns, "new")} {
		if now := reload(t, g, one).Status; now.Issuer != g.Issuer || now.ServerRef.Name != oauthServer().Name {
			t.Errorf("client %s is bound to %s", one.Name, now.Issuer)
		}
	}
	edit(t, g, second, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Default = false })
	installation.Eventually(t, told, func() bool {
		return meta.FindStatusCondition(reload(t, g, second).Status.Conditions, oauthv1alpha1.ConditionDefault) == nil
	}, func() string { return "server without condition Default" })
}

func TestMissingServerAppearsLater(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := create(t, g, installation.Service(ns, "early", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "tardy"}
	}))
	notAccepted(t, g, c, oauthv1alpha1.ReasonServerNotFound)
	s := server(t, g, ns, "tardy")
	c = equipped(t, g, c)
	if c.Status.Issuer != s.Spec.Issuer {
		t.Errorf("the issuer is %q", c.Status.Issuer)
	}
	first := value(t, g, c)
	remove(t, g, s)
	notAccepted(t, g, c, oauthv1alpha1.ReasonServerNotFound)
	again := server(t, g, ns, "tardy")
	equipped(t, g, c)
	if now := value(t, g, c); now != first {
		t.Error("creating the server again changed the client's secret")
	}
	if again.UID == s.UID {
		t.Fatal("the server was not deleted")
	}
}

// An issuer that changes changes the Secrets, and no client secret.
func TestChangedIssuerReachesTheSecret(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	s := server(t, g, ns, "renamed")
	c := unserved(t, g, ns, "app", on(s))
	first := value(t, g, c)
	edit(t, g, s, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Issuer = "https://new.example" })
	awaitSecret(t, g, c, "the new issuer", func(s *corev1.Secret) bool {
		return string(s.Data["issuer"]) == "https://new.example" && string(s.Data["token_endpoint"]) == "https://new.example/token"
	})
	if now := value(t, g, c); now != first {
		t.Error("another issuer made another client secret")
	}
}

func TestServerOfItsOwnNamespaceTakesNoOthers(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	home, away := namespace(t), namespace(t)
	s := server(t, g, home, "homely")
	unserved(t, g, home, "neighbour", on(s))
	stranger := create(t, g, installation.Service(away, "stranger", on(s)))
	notAccepted(t, g, stranger, oauthv1alpha1.ReasonNamespaceNotAllowed)
	edit(t, g, s, func(s *oauthv1alpha1.OAuthServer) { s.Spec.ClientNamespaces.From = oauthv1alpha1.NamespacesFromAll })
	equipped(t, g, stranger)
}

// relabel sets or removes the label that selective servers select.
func relabel(t testing.TB, g *installation.Installation, ns, team string) {
	t.Helper()
	edit(t, g, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, func(n *corev1.Namespace) {
		metav1.SetMetaDataLabel(&n.ObjectMeta, "example.com/team", team)
	})
}

func selective(s *oauthv1alpha1.OAuthServer) {
	s.Spec.ClientNamespaces = oauthv1alpha1.ClientNamespaces{
		From:     oauthv1alpha1.NamespacesFromSelector,
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"example.com/team": "in"}},
	}
}

func TestNamespaceLabelsDecideAboutLiveClients(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	home, away := namespace(t), namespace(t)
	s := server(t, g, home, "selective", selective)
	c := create(t, g, installation.Service(away, "guest", on(s)))
	notAccepted(t, g, c, oauthv1alpha1.ReasonNamespaceNotAllowed)
	relabel(t, g, away, "in")
	equipped(t, g, c)
	first := value(t, g, c)
	relabel(t, g, away, "out")
	notAccepted(t, g, c, oauthv1alpha1.ReasonNamespaceNotAllowed)
	relabel(t, g, away, "in")
	equipped(t, g, c)
	if now := value(t, g, c); now != first {
		t.Error("being refused for a while changed the client secret")
	}
}

// Two clients of one ID in two namespaces: labels of the older's namespace decide
// about both.
func TestNamespaceLabelsDecideAboutRivalsElsewhere(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	home, away := namespace(t), namespace(t)
	relabel(t, g, home, "in")
	relabel(t, g, away, "in")
	s := server(t, g, home, "contested", selective)
	older := unserved(t, g, away, "app", on(s))
	younger(t, older)
	rival := create(t, g, installation.Service(home, "central", on(s), clientID(older.ClientID())))
	notAccepted(t, g, rival, oauthv1alpha1.ReasonClientIDConflict)
	relabel(t, g, away, "out")
	notAccepted(t, g, older, oauthv1alpha1.ReasonNamespaceNotAllowed)
	equipped(t, g, rival)
	relabel(t, g, away, "in")
	equipped(t, g, older)
	notAccepted(t, g, rival, oauthv1alpha1.ReasonClientIDConflict)
}

func TestWhatAServerDoesNotAllowIsRefused(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	s := server(t, g, ns, "strict", func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Audiences = []oauthv1alpha1.AudienceDefinition{{Name: "https://api.example"}, {Name: "https://payroll.example", Restricted: true}}
	})
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthClient)
		reason string
	}{
		"restricted": {func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"read", "root"} }, oauthv1alpha1.ReasonScopeNotAllowed},
		"unknown":    {func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"fly"} }, oauthv1alpha1.ReasonScopeNotAllowed},
		"foreign":    {func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = []oauthv1alpha1.Audience{"other.app"} }, oauthv1alpha1.ReasonAudienceNotAllowed},
		"reserved": {func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Audiences = []oauthv1alpha1.Audience{"https://payroll.example"}
		}, oauthv1alpha1.ReasonAudienceNotAllowed},
		"below": {func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Audiences = []oauthv1alpha1.Audience{"https://api.example/v1"}
		}, oauthv1alpha1.ReasonAudienceNotAllowed},
		"notified": {func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Logout.BackchannelURI = "http://prometheus.monitoring.svc:9090/-/quit"
		}, oauthv1alpha1.ReasonBackchannelURINotAllowed},
	} {
		c := create(t, g, installation.Service(ns, name, on(s), test.change))
		notAccepted(t, g, c, test.reason)
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionFalse, oauthv1alpha1.ReasonNotAccepted)
	}
	allowed := unserved(t, g, ns, "allowed", on(s), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{"https://api.example", oauthv1alpha1.Audience(ns + ".api")}
	})
	// The catalogue shrinks under a live client.
	edit(t, g, s, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Scopes[0].Restricted = true })
	notAccepted(t, g, allowed, oauthv1alpha1.ReasonScopeNotAllowed)
}

// What a server says about itself are URLs below its issuer.
func TestServerNamesItsEndpoints(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	s := server(t, g, namespace(t), "located")
	issuer := s.Spec.Issuer
	want := oauthv1alpha1.ServerEndpoints{
		Discovery:     issuer + "/.well-known/openid-configuration",
		Authorization: issuer + "/authorize",
		Token:         issuer + "/token",
		Introspection: issuer + "/introspect",
		Revocation:    issuer + "/revoke",
		Userinfo:      issuer + "/userinfo",
		EndSession:    issuer + "/logout",
		JWKS:          issuer + "/jwks",

		PushedAuthorizationRequest: issuer + "/par", DeviceAuthorization: issuer + "/device_authorization",
	}
	installation.Eventually(t, endToEnd, func() bool { return reload(t, g, s).Status.Endpoints != nil },
		func() string { return "endpoints in the status" })
	if *s.Status.Endpoints != want {
		t.Errorf("the endpoints are %+v", *s.Status.Endpoints)
	}
}

// A client that is bound by default follows its server and no other.
func TestClientWaitsForItsOwnServerWhenThatIsGone(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	s := server(t, g, ns, "leaving")
	c := unserved(t, g, ns, "loyal", on(s))
	first := value(t, g, c)
	remove(t, g, s)
	notAccepted(t, g, c, oauthv1alpha1.ReasonServerNotFound)
	start := time.Now()
	server(t, g, ns, "leaving")
	equipped(t, g, c)
	if took := time.Since(start); took > endToEnd {
		t.Errorf("took %s", took)
	}
	if now := value(t, g, c); now != first {
		t.Error("the client secret changed")
	}
}
