package tenants

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A policy may let a namespace claim IDs of others; the older client has the ID all the
// same, and it falls back to its namespace when the policy goes.
func TestPolicyForIDsOfOthersLeavesTheOlderAlone(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	home, away := shared.Namespace(t), shared.Namespace(t)
	p := policy(t, g, away, "ids", spec{ClientIDs: []oauthv1alpha1.ClientIDPattern{oauthv1alpha1.ClientIDPattern(home + ".*")}})
	older := newService(t, g, home, "app")
	younger(t, older.object)
	late := create(t, g, newClient(away, "late", clientID(older.id)))
	refused(t, g, late, oauthv1alpha1.ReasonClientIDConflict)
	older.everywhere(t, g, answered)

	early := newService(t, g, away, "early", clientID(home+".second"))
	younger(t, early.object)
	second := create(t, g, newClient(home, "second"))
	refused(t, g, second, oauthv1alpha1.ReasonClientIDConflict)
	early.everywhere(t, g, answered)

	remove(t, g, older.object)
	known(t, g, late).everywhere(t, g, answered)

	// The policy goes: what it allowed holds nothing any more.
	remove(t, g, p)
	early.everywhere(t, g, unknown)
	refused(t, g, early.object, oauthv1alpha1.ReasonClientIDNotAllowed)
	refused(t, g, late, oauthv1alpha1.ReasonClientIDNotAllowed)
	known(t, g, second).everywhere(t, g, answered)
}

// The oldest clients of a namespace are in; when one goes, the next comes in.
func TestTooManyClients(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns, other := shared.Namespace(t), shared.Namespace(t)
	all := make([]service, 6)
	for n := range all {
		all[n].object = create(t, g, newClient(ns, fmt.Sprintf("app-%d", n)))
	}
	for n := range all {
		all[n] = known(t, g, all[n].object)
	}
	// Several were created in the same second.
	slices.SortFunc(all, func(a, b service) int {
		return cmp.Or(a.object.CreationTimestamp.Compare(b.object.CreationTimestamp.Time), cmp.Compare(a.object.UID, b.object.UID))
	})
	elsewhere := newService(t, g, other, "app")
	three := int32(3)
	both := metav1.LabelSelector{MatchLabels: map[string]string{}, MatchExpressions: []metav1.LabelSelectorRequirement{{
		Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpIn, Values: []string{ns, other},
	}}}
	p := policy(t, g, ns, "few", spec{NamespaceSelector: both, Maximum: oauthv1alpha1.PolicyMaximum{ClientsPerNamespace: &three}})
	inAre := func(in int) {
		t.Helper()
		for n, s := range all {
			if n < in {
				s.everywhere(t, g, answered)
				ready(t, g, s.object)
			} else {
				s.everywhere(t, g, unknown)
				refused(t, g, s.object, oauthv1alpha1.ReasonTooManyClients, p)
			}
		}
		elsewhere.everywhere(t, g, answered)
	}
	inAre(3)
	remove(t, g, all[1].object)
	all = slices.Delete(all, 1, 2)
	inAre(3)
	// A suspended client keeps its place.
	edit(t, g, all[0].object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	refused(t, g, all[0].object, oauthv1alpha1.ReasonSuspended)
	all[3].everywhere(t, g, unknown)
	edit(t, g, all[0].object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = false })
	// Of clients of one second, the UID says which is older.
	youngest := all[len(all)-1].object.CreationTimestamp
	time.Sleep(time.Until(youngest.Add(time.Second)))
	last := create(t, g, newClient(ns, "last"))
	refused(t, g, last, oauthv1alpha1.ReasonTooManyClients, p)
	none := int32(0)
	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.Maximum.ClientsPerNamespace, p.Spec.NamespaceSelector = &none, only(ns)
	})
	inAre(0)
	remove(t, g, p)
	inAre(len(all))
	ready(t, g, last)
}

// Another tenant claims a client ID, before I exist and afterwards, and whatever
// restarts. It is not parallel, because it restarts the programs.
func TestNoClientTakesAClientIDAcrossRestarts(t *testing.T) {
	g := grantor(t)
	home, away := shared.Namespace(t), shared.Namespace(t)
	restart := func() {
		t.Helper()
		for _, program := range append(g.Servers, g.Operator) {
			if err := program.Restart(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
	early := create(t, g, newClient(away, "early", clientID(home+".app")))
	refused(t, g, early, oauthv1alpha1.ReasonClientIDNotAllowed)
	restart()
	app := newService(t, g, home, "app")
	late := create(t, g, newClient(away, "late", clientID(home+".app")))
	refused(t, g, late, oauthv1alpha1.ReasonClientIDNotAllowed)
	forgeReady(t, g, early, app.object)
	restart()
	app.everywhere(t, g, answered)
	for _, thief := range []*oauthv1alpha1.OAuthClient{early, late} {
		refused(t, g, thief, oauthv1alpha1.ReasonClientIDNotAllowed)
	}
	if now := g.Value(t, app.object); now != app.secret {
		t.Error("the client secret changed")
	}
}

// forgeReady writes into a status by hand that the client is another one, with its
// digests, and ready.
func forgeReady(t testing.TB, g *installation.Installation, c, like *oauthv1alpha1.OAuthClient) {
	t.Helper()
	forged := &oauthv1alpha1.OAuthClient{}
	forged.Namespace, forged.Name = c.Namespace, c.Name
	model := &oauthv1alpha1.OAuthClient{}
	model.Namespace, model.Name = like.Namespace, like.Name
	edit(t, g, model, func(*oauthv1alpha1.OAuthClient) {})
	edit(t, g, forged, func(*oauthv1alpha1.OAuthClient) {})
	status := model.Status.DeepCopy()
	for i := range status.Conditions {
		status.Conditions[i].ObservedGeneration = forged.Generation
	}
	forged.Status = *status
	if err := g.Admin.Status().Update(t.Context(), forged); err != nil {
		t.Fatal(err)
	}
}

// Whatever a person writes into the status of a client that a policy refuses, no
// replica lets it in, and the status is put right.
func TestStatusByHandConfersNothing(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	model := newService(t, g, ns, "model")
	client := newService(t, g, ns, "client", scopes("read", "write"))
	p := policy(t, g, ns, "narrow", spec{Scopes: []oauthv1alpha1.Scope{"read"}})
	client.everywhere(t, g, unknown)
	refused(t, g, client.object, oauthv1alpha1.ReasonScopeNotAllowed, p)
	forgeReady(t, g, client.object, model.object)
	stolen := service{id: client.id, secret: model.secret}
	installation.Eventually(t, installation.Effective, func() bool {
		for _, replica := range g.Servers {
			for _, who := range []service{client, stolen} {
				if answer := who.ask(t, replica.Options().URL, nil); answer.Code() != unknown {
					t.Fatalf("a client with a forged status is answered %s", answer.Body)
				}
			}
		}
		now := &oauthv1alpha1.OAuthClient{}
		if err := g.Admin.Get(t.Context(), keyOf(client.object), now); err != nil {
			t.Fatal(err)
		}
		return meta.IsStatusConditionFalse(now.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return "repaired status" })
	refused(t, g, client.object, oauthv1alpha1.ReasonScopeNotAllowed, p)
	model.everywhere(t, g, answered)
}

// A binding that was written by hand, to a server that is not there, refuses a client
// for a moment and not for good.
func TestForgedBindingIsPutRight(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	mine := newService(t, g, ns, "mine")
	forged := client.RawPatch(types.MergePatchType, fmt.Appendf(nil,
		`{"status":{"serverRef":{"name":"nobody","namespace":%q},"binding":{"name":"kube-root-ca.crt"},"issuer":"https://evil.example"}}`, ns))
	if err := g.Admin.Status().Patch(t.Context(), mine.object.DeepCopy(), forged); err != nil {
		t.Fatal(err)
	}
	now := &oauthv1alpha1.OAuthClient{}
	installation.Eventually(t, 15*time.Second, func() bool {
		if err := g.Admin.Get(t.Context(), keyOf(mine.object), now); err != nil {
			t.Fatal(err)
		}
		status := now.Status
		return status.ServerRef.Name == devenv.ServerName && status.Binding.Name == status.SecretName && status.Issuer == g.Issuer &&
			meta.IsStatusConditionTrue(status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return fmt.Sprintf("binding that is right; it is %+v", now.Status.ServerRef) })
	mine.everywhere(t, g, answered)
}

// A policy that is not in the namespace of a server has no effect, whoever wrote it.
func TestPolicyOfATenantMeansNothing(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	mine := create(t, g, &oauthv1alpha1.OAuthClientPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "mine"},
		Spec: spec{Scopes: []oauthv1alpha1.Scope{restricted}, Consent: []oauthv1alpha1.ConsentMode{oauthv1alpha1.ConsentSkip},
			ClientIDs: []oauthv1alpha1.ClientIDPattern{"*"}, Audiences: []oauthv1alpha1.AudiencePattern{"*"}},
	})
	awaitPolicy(t, g, mine, metav1.ConditionFalse, oauthv1alpha1.ReasonServerNotFound)
	for name, change := range map[string]change{
		oauthv1alpha1.ReasonScopeNotAllowed:    scopes(restricted),
		oauthv1alpha1.ReasonConsentNotAllowed:  func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentSkip },
		oauthv1alpha1.ReasonClientIDNotAllowed: clientID("grantor-system.app"),
		oauthv1alpha1.ReasonAudienceNotAllowed: audiences("https://elsewhere.example"),
	} {
		refused(t, g, create(t, g, newClient(ns, strings.ToLower(name), change)), name)
	}
}

// Names that give the same text when they are joined carelessly.
func TestNamesThatCollide(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	first := newService(t, g, ns, "a.b")
	younger(t, first.object)
	refused(t, g, create(t, g, newClient(ns, "a", clientID(ns+".a.b"))), oauthv1alpha1.ReasonClientIDConflict)
	// Namespaces whose names begin alike, and IDs that end where a namespace would.
	for n, id := range []string{ns + "-b.app", ns, strings.TrimSuffix(ns, ns[len(ns)-1:]) + "." + ns[len(ns)-1:] + ".app", strings.ToUpper(ns[:1]) + ns[1:] + ".app"} {
		refused(t, g, create(t, g, newClient(ns, fmt.Sprintf("id-%d", n), clientID(id))), oauthv1alpha1.ReasonClientIDNotAllowed)
	}
	// The Secret of client "a.b" by default, asked for by another client.
	thief := create(t, g, newClient(ns, "thief", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Name = "a.b-oauth" }))
	g.AwaitCondition(t, thief, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionFalse, oauthv1alpha1.ReasonSecretNotOwned)
	first.everywhere(t, g, answered)
	if now := g.Value(t, first.object); now != first.secret {
		t.Error("the client secret changed")
	}
}

// References with slashes and dots lead nowhere.
func TestReferencesWithSlashesAndDots(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	for n, ref := range []oauthv1alpha1.ServerReference{
		{Name: "grantor-system/default"}, {Name: "../grantor-system/default"}, {Name: "default", Namespace: "../grantor-system"},
		{Name: "default", Namespace: "grantor-system/"}, {Name: "default/status", Namespace: "grantor-system"}, {Name: ".", Namespace: "grantor-system"},
		{Name: "..", Namespace: "."}, {Name: "default%00", Namespace: "grantor-system"}, {Name: "default "}, {Name: "grantor-system.default"},
	} {
		c := create(t, g, newClient(ns, fmt.Sprintf("ref-%d", n), func(c *oauthv1alpha1.OAuthClient) { c.Spec.ServerRef = &ref }))
		refused(t, g, c, oauthv1alpha1.ReasonServerNotFound)
	}
}
