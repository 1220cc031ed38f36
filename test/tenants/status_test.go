package tenants

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func keyOf(object client.Object) client.ObjectKey { return client.ObjectKeyFromObject(object) }

// awaitPolicy waits until Ready of a policy is so for its present generation, as kstatus
// reads it.
func awaitPolicy(t testing.TB, g *installation.Installation, p *oauthv1alpha1.OAuthClientPolicy, status metav1.ConditionStatus, reason string) {
	t.Helper()
	installation.Eventually(t, 15*time.Second, func() bool {
		if err := g.Admin.Get(t.Context(), keyOf(p), p); err != nil {
			t.Fatal(err)
		}
		is := meta.FindStatusCondition(p.Status.Conditions, oauthv1alpha1.ConditionReady)
		stalled := meta.IsStatusConditionTrue(p.Status.Conditions, oauthv1alpha1.ConditionStalled)
		return is != nil && is.Status == status && is.Reason == reason && is.ObservedGeneration == p.Generation &&
			p.Status.ObservedGeneration == p.Generation && stalled == (status == metav1.ConditionFalse)
	}, func() string { return fmt.Sprintf("policy with Ready=%s %s; it has %s", status, reason, statusOf(p)) })
}

func statusOf(p *oauthv1alpha1.OAuthClientPolicy) []byte {
	text, _ := json.Marshal(p.Status)
	return text
}

func awaitCounts(t testing.TB, g *installation.Installation, p *oauthv1alpha1.OAuthClientPolicy, clients, refused int64) {
	t.Helper()
	installation.Eventually(t, 15*time.Second, func() bool {
		if err := g.Admin.Get(t.Context(), keyOf(p), p); err != nil {
			t.Fatal(err)
		}
		return p.Status.Clients == clients && p.Status.Refused == refused
	}, func() string {
		return fmt.Sprintf("policy with %d clients, %d refused; it has %s", clients, refused, statusOf(p))
	})
}

// A policy says whether it means anything.
func TestPolicySaysWhetherItHolds(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	p := policy(t, g, ns, "said", spec{})
	awaitPolicy(t, g, p, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) { p.Spec.ServerName = "nobody" })
	awaitPolicy(t, g, p, metav1.ConditionFalse, oauthv1alpha1.ReasonServerNotFound)
	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) { p.Spec.ServerName = devenv.ServerName })
	awaitPolicy(t, g, p, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.NamespaceSelector.MatchLabels = map[string]string{"no label": "can be this"}
	})
	awaitPolicy(t, g, p, metav1.ConditionFalse, oauthv1alpha1.ReasonSelectorInvalid)

	// Beside no server; and then there is one.
	alone := create(t, g, &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "alone"}})
	awaitPolicy(t, g, alone, metav1.ConditionFalse, oauthv1alpha1.ReasonServerNotFound)
	create(t, g, &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "own"}, Spec: oauthv1alpha1.OAuthServerSpec{Issuer: "https://own.example"},
	})
	awaitPolicy(t, g, alone, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
}

// Counts follow clients, and manual changes of them are reverted and decide nothing.
func TestPolicyCountsClients(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	p := policy(t, g, ns, "counted", spec{Scopes: []oauthv1alpha1.Scope{"read"}})
	fine := newService(t, g, ns, "fine")
	wrong := create(t, g, newClient(ns, "wrong", scopes("write")))
	refused(t, g, wrong, oauthv1alpha1.ReasonScopeNotAllowed, p)
	awaitCounts(t, g, p, 2, 1)
	p.Status = oauthv1alpha1.OAuthClientPolicyStatus{ObservedGeneration: 99, Clients: 7, Refused: 0}
	if err := g.Admin.Status().Update(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	awaitCounts(t, g, p, 2, 1)
	awaitPolicy(t, g, p, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	refused(t, g, wrong, oauthv1alpha1.ReasonScopeNotAllowed, p)
	remove(t, g, wrong)
	awaitCounts(t, g, p, 1, 0)
	fine.everywhere(t, g, answered)
}

// Many clients are few writes of a policy, and then none. It is not parallel, because it
// counts what all tests do.
func TestPoliciesAreWrittenSeldom(t *testing.T) {
	g := grantor(t)
	ns := shared.Namespace(t)
	writes := func() int {
		counts, err := devenv.RequestCounts(t.Context(), g.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		return counts.Filter(devenv.IsWrite, devenv.ForResources("oauthclientpolicies/status")).Sum()
	}
	p := policy(t, g, ns, "many", spec{Scopes: []oauthv1alpha1.Scope{"read"}})
	awaitPolicy(t, g, p, metav1.ConditionTrue, oauthv1alpha1.ReasonReady)
	before, start := writes(), time.Now()
	const clients = 40
	for n := range clients {
		create(t, g, newClient(ns, fmt.Sprintf("app-%d", n)))
	}
	awaitCounts(t, g, p, clients, 0)
	if n, most := writes()-before, 2+int(time.Since(start)/(4*time.Second)); n < 1 || n > most {
		t.Errorf("%d clients cost %d writes of policies, not between 1 and %d", clients, n, most)
	}
	// A pass that was asked for by the last write has happened after countDelay.
	quiet := writes()
	select {
	case <-time.After(8 * time.Second):
	case <-t.Context().Done():
	}
	if n := writes() - quiet; n > 0 {
		t.Errorf("in steady state %d writes of policies", n)
	}
}
