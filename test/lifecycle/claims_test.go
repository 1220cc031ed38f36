package lifecycle

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func clientID(id string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.ClientID = id }
}

// create creates a client and waits for nothing.
func create(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatalf("create OAuthClient %s: %v", c.Name, err)
	}
	return c
}

// younger waits until objects that are created now are younger than the given one.
func younger(t testing.TB, than metav1.Object) {
	t.Helper()
	next := than.GetCreationTimestamp().Add(time.Second)
	installation.Eventually(t, installation.Effective, func() bool { return time.Now().After(next) }, func() string { return "next second" })
}

func TestOlderClaimantKeepsTheClientIDAndTheYoungerTakesOver(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	id := ns + ".wanted"
	older := service(t, g, ns, "older", clientID(id))
	first := value(t, g, older)
	authenticates(t, g, older, first, endToEnd)
	younger(t, older)
	second := create(t, g, installation.Service(ns, "younger", clientID(id)))
	second = g.AwaitCondition(t, second, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDConflict)
	if message := messageOf(second, oauthv1alpha1.ConditionAccepted); !strings.Contains(message, `"older"`) {
		t.Errorf("the younger is not told who has its ID: %s", message)
	}
	if exists(t, g, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: second.ClientSecretName()}}) {
		t.Error("a client that was not accepted got a Secret")
	}
	stillAuthenticates(t, g, older, first, "somebody else claims the ID")

	// Suspending does not give the ID away.
	edit(t, g, older, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	stalled(t, g, older, oauthv1alpha1.ReasonSuspended)
	g.AwaitCondition(t, second, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDConflict)

	remove(t, g, older)
	second = ready(t, g, second)
	authenticates(t, g, second, value(t, g, second), endToEnd)
	neverAuthenticates(t, g, second, first, "the old holder's secret")
}

func TestClientIDOfAnotherNamespaceIsRefused(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	victim, attacker := namespace(t), namespace(t)
	for _, id := range []string{victim + ".app", "admin", "grantor-system.app", attacker + "x.app", strings.TrimSuffix(attacker, attacker[len(attacker)-1:]) + ".app"} {
		name := "squatter-" + strings.ReplaceAll(id, ".", "-")
		early := create(t, g, installation.Service(attacker, name, clientID(id)))
		g.AwaitCondition(t, early, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDNotAllowed)
	}
	// A client that claimed it first without a right to it blocks no other client.
	owner := service(t, g, victim, "app")
	secret := value(t, g, owner)
	authenticates(t, g, owner, secret, endToEnd)
	late := create(t, g, installation.Service(attacker, "late", clientID(victim+".app")))
	g.AwaitCondition(t, late, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDNotAllowed)
	stillAuthenticates(t, g, owner, secret, "others claim the ID")
}

// A client in the server's namespace may claim any ID; the message to it names
// nobody in another namespace.
func TestConflictAcrossNamespacesNamesNoClient(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	older := service(t, g, ns, "private-name")
	younger(t, older)
	central := create(t, g, installation.Service(devenv.SystemNamespace, ns, clientID(older.ClientID())))
	t.Cleanup(func() { deleteLater(t, g, central) })
	central = g.AwaitCondition(t, central, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDConflict)
	if message := messageOf(central, oauthv1alpha1.ConditionAccepted); strings.Contains(message, `OAuthClient "private-name"`) {
		t.Errorf("the message names a client of another namespace: %s", message)
	}
	remove(t, g, older)
	ready(t, g, central)
}
