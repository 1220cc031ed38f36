package tenants

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

type (
	change = func(*oauthv1alpha1.OAuthClient)
	spec   = oauthv1alpha1.OAuthClientPolicySpec
)

const (
	answered = ""
	unknown  = "invalid_client"
)

// edit changes an object as a person would: reads it, changes it, writes it.
func edit[T client.Object](t testing.TB, g *installation.Installation, object T, change func(T)) {
	t.Helper()
	installation.Edit(t, g.Admin, object, change)
}

func remove(t testing.TB, g *installation.Installation, object client.Object) {
	t.Helper()
	if err := g.Admin.Delete(context.Background(), object); client.IgnoreNotFound(err) != nil {
		t.Fatalf("delete %s: %v", object.GetName(), err)
	}
}

// create creates an object and waits for nothing.
func create[T client.Object](t testing.TB, g *installation.Installation, object T) T {
	t.Helper()
	if err := g.Admin.Create(t.Context(), object); err != nil {
		t.Fatalf("create %s: %v", object.GetName(), err)
	}
	return object
}

// only selects one namespace, by the label that Kubernetes gives it.
func only(namespace string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": namespace}}
}

// policy makes a policy beside the server, for one namespace unless it selects others,
// until the test ends.
func policy(t testing.TB, g *installation.Installation, namespace, name string, s spec) *oauthv1alpha1.OAuthClientPolicy {
	t.Helper()
	if s.NamespaceSelector.MatchLabels == nil {
		s.NamespaceSelector = only(namespace)
	}
	p := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: namespace + "-" + name}, Spec: s}
	create(t, g, p)
	t.Cleanup(func() { remove(t, g, p) })
	return p
}

// refused waits until a client is refused for a reason, and checks that it is told which
// policy refuses it, if one does.
func refused(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, reason string, by ...*oauthv1alpha1.OAuthClientPolicy) {
	t.Helper()
	now := g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, reason)
	message := meta.FindStatusCondition(now.Status.Conditions, oauthv1alpha1.ConditionAccepted).Message
	for _, p := range by {
		if !strings.Contains(message, `"`+p.Name+`"`) {
			t.Errorf("the message does not name policy %s: %s", p.Name, message)
		}
	}
	if !meta.IsStatusConditionTrue(now.Status.Conditions, oauthv1alpha1.ConditionStalled) || meta.IsStatusConditionTrue(now.Status.Conditions, oauthv1alpha1.ConditionReady) {
		t.Errorf("a client that is refused has %+v", now.Status.Conditions)
	}
}

func ready(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) {
	t.Helper()
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
}

// service is a client of its own with what it knows of itself.
type service struct {
	object     *oauthv1alpha1.OAuthClient
	id, secret string
}

func newService(t testing.TB, g *installation.Installation, namespace, name string, changes ...change) service {
	t.Helper()
	c := g.Create(t, installation.Service(namespace, name, changes...))
	s := service{object: c, id: c.ClientID(), secret: g.Value(t, c)}
	s.everywhere(t, g, answered)
	return s
}

// known returns what a client that is ready by now knows of itself.
func known(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) service {
	t.Helper()
	ready(t, g, c)
	return service{object: c, id: c.ClientID(), secret: g.Value(t, c)}
}

// ask sends a token request to a replica.
func (s service) ask(t testing.TB, at string, more url.Values) installation.Answer {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}}
	maps.Copy(form, more)
	return installation.Post(t, at+"/token", s.id, s.secret, form)
}

// everywhere waits until all replicas answer a token request so, within what is promised.
func (s service) everywhere(t testing.TB, g *installation.Installation, code string) {
	t.Helper()
	end := time.Now().Add(installation.Effective)
	for _, replica := range g.Servers {
		var last installation.Answer
		installation.Eventually(t, max(time.Until(end), 200*time.Millisecond), func() bool {
			last = s.ask(t, replica.Options().URL, nil)
			return last.Code() == code && (code != answered || last.Status == http.StatusOK)
		}, func() string { return "answer " + code + " to " + s.id + ", but " + last.Body })
	}
}

// token returns an access token.
func (s service) token(t testing.TB, g *installation.Installation, more url.Values) string {
	t.Helper()
	answer := s.ask(t, g.Issuer, more)
	token, _ := answer.JSON["access_token"].(string)
	if token == "" {
		t.Fatalf("the token endpoint answers %d %s", answer.Status, answer.Body)
	}
	return token
}

// sees checks what the service, whose audience it is, is told of a token at all replicas.
func (s service) sees(t testing.TB, g *installation.Installation, token string, active bool) {
	t.Helper()
	for _, replica := range g.Servers {
		answer := installation.Post(t, replica.Options().URL+"/introspect", s.id, s.secret, url.Values{"token": {token}})
		if answer.JSON["active"] != active {
			t.Errorf("introspection at %s answers %d %s", replica.Options().URL, answer.Status, answer.Body)
		}
	}
}

func scopes(list ...oauthv1alpha1.Scope) change {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = list }
}

func audiences(list ...oauthv1alpha1.Audience) change {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = list }
}

func clientID(id string) change {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.ClientID = id }
}

// younger waits until objects that are created now are younger than the given one.
func younger(t testing.TB, than metav1.Object) {
	t.Helper()
	next := than.GetCreationTimestamp().Add(time.Second)
	installation.Eventually(t, installation.Effective, func() bool { return time.Now().After(next) }, func() string { return "next second" })
}

// newClient is a client, not yet created, that uses client_credentials.
func newClient(namespace, name string, changes ...change) *oauthv1alpha1.OAuthClient {
	return installation.Service(namespace, name, changes...)
}
