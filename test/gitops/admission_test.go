package gitops

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	refusal  = "only Grantor writes session objects"
	operator = "system:serviceaccount:grantor-system:grantor-operator"
)

// as is a client with all rights under another name, so that nothing but admission
// can refuse it.
func as(t testing.TB, g *installation.Installation, username string) client.Client {
	t.Helper()
	config := rest.CopyConfig(g.Kube.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: username, Groups: []string{"system:masters"}}
	c, err := client.New(config, client.Options{Scheme: g.Admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// guarded installs config/admission and waits until it counts.
func guarded(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	if err := devenv.ApplyDir(t.Context(), g.Kube.Config, in(t, "config", "admission")); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 30*time.Second, func() bool {
		err := g.Admin.Create(t.Context(), mark("default", "probe"), client.DryRunAll)
		return err != nil && strings.Contains(err.Error(), refusal)
	}, func() string { return "policy that refuses anything" })
	return g
}

func mark(namespace, name string) *sessionv1alpha1.Mark {
	return &sessionv1alpha1.Mark{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       sessionv1alpha1.MarkSpec{Kind: sessionv1alpha1.MarkRevokedToken, ExpiresAt: metav1.NewTime(time.Now().Add(time.Hour))},
	}
}

func login(namespace, name string) *sessionv1alpha1.Login {
	l := &sessionv1alpha1.Login{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	l.Spec.Subject, l.Spec.UserUID, l.Spec.State, l.Spec.Payload = "local:ada", "0a1b2c3d-0000-4000-8000-000000000002", "Active", "sealed"
	l.Spec.ExpiresAt = metav1.NewTime(time.Now().Add(time.Hour))
	return l
}

func connection(namespace, name string) *sessionv1alpha1.Connection {
	c := &sessionv1alpha1.Connection{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	c.Spec.Server, c.Spec.Namespace, c.Spec.Token, c.Spec.TokenUID, c.Spec.Generation = "default", "reports", "crm", "t", 1
	c.Spec.Subject, c.Spec.State, c.Spec.Payload = "local:ada", "Received", "sealed"
	c.Spec.ExpiresAt = metav1.NewTime(time.Now().Add(time.Hour))
	return c
}

func TestOnlyGrantorWritesSessionObjects(t *testing.T) {
	g := guarded(t)
	ns := shared.Namespace(t)
	server := as(t, g, "system:serviceaccount:"+ns+":grantor-server")
	existing := login(ns, "existing")
	if err := server.Create(t.Context(), existing); err != nil {
		t.Fatalf("the server signs somebody in: %v", err)
	}
	code := connection(ns, "code")
	if err := server.Create(t.Context(), code); err != nil {
		t.Fatalf("the server hands over a code: %v", err)
	}
	patch := func(text string) client.Patch { return client.RawPatch("application/merge-patch+json", []byte(text)) }
	for name, test := range map[string]struct {
		who     client.Client
		do      func(ctx context.Context, c client.Client) error
		allowed bool
	}{
		"an administrator creates a mark": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, mark(ns, "forged"))
		}},
		"an administrator creates a login": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, login(ns, "forged"))
		}},
		"an administrator creates a login that has ended": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			ended := login(ns, "forged")
			ended.Spec.State = "Ended"
			return c.Create(ctx, ended)
		}},
		"an administrator changes a login": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"spec":{"subject":"local:eve"}}`))
		}},
		"an administrator has a login that ends deleted by its owner": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"gone","uid":"1"}]},"spec":{"state":"Ended"}}`))
		}},
		"an administrator has a login that ends deleted by its age": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"spec":{"state":"Ended","expiresAt":"2000-01-01T00:00:00Z"}}`))
		}},
		"an administrator labels a login that ends": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"metadata":{"labels":{"session.grantor.dev/expires":"2000-01-01T00"}},"spec":{"state":"Ended"}}`))
		}},
		"an administrator keeps a login that ends": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"metadata":{"finalizers":["example.com/keep"]},"spec":{"state":"Ended"}}`))
		}},
		"an administrator labels a login": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"metadata":{"labels":{"session.grantor.dev/expires":"2000-01-01T00"}}}`))
		}},
		"an administrator deletes a login": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Delete(ctx, existing.DeepCopy())
		}},
		"an administrator deletes all logins": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.DeleteAllOf(ctx, &sessionv1alpha1.Login{}, client.InNamespace(ns))
		}},
		"a namesake of the server elsewhere": {who: as(t, g, "system:serviceaccount:elsewhere:grantor-server"), do: func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, mark(ns, "forged"))
		}},
		"a namesake of the operator elsewhere": {who: as(t, g, "system:serviceaccount:"+ns+":grantor-operator"), do: func(ctx context.Context, c client.Client) error {
			return c.Delete(ctx, existing.DeepCopy())
		}},
		"the namespace controller creates": {who: as(t, g, "system:serviceaccount:kube-system:namespace-controller"), do: func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, mark(ns, "forged"))
		}},
		"an administrator moves a code to another OAuthToken": {who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, code.DeepCopy(), patch(`{"spec":{"token":"other"}}`))
		}},
		"an administrator keeps a code from being redeemed": {allowed: true, who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, code.DeepCopy(), patch(`{"spec":{"state":"Taken"}}`), client.DryRunAll)
		}},
		"an administrator ends a login": {allowed: true, who: g.Admin, do: func(ctx context.Context, c client.Client) error {
			return c.Patch(ctx, existing.DeepCopy(), patch(`{"spec":{"state":"Ended"}}`), client.DryRunAll)
		}},
		"the server marks a token": {allowed: true, who: server, do: func(ctx context.Context, c client.Client) error {
			return c.Create(ctx, mark(ns, "revoked"))
		}},
		"the operator sweeps": {allowed: true, who: as(t, g, operator), do: func(ctx context.Context, c client.Client) error {
			return c.Delete(ctx, existing.DeepCopy(), client.DryRunAll)
		}},
		"the garbage collector": {allowed: true, who: as(t, g, "system:serviceaccount:kube-system:generic-garbage-collector"), do: func(ctx context.Context, c client.Client) error {
			return c.Delete(ctx, existing.DeepCopy(), client.DryRunAll)
		}},
		"the namespace controller": {allowed: true, who: as(t, g, "system:serviceaccount:kube-system:namespace-controller"), do: func(ctx context.Context, c client.Client) error {
			return c.DeleteAllOf(ctx, &sessionv1alpha1.Login{}, client.InNamespace(ns), client.DryRunAll)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.do(t.Context(), test.who)
			if test.allowed && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !test.allowed && (!apierrors.IsForbidden(err) || !strings.Contains(err.Error(), refusal)) {
				t.Errorf("not refused by the policy: %v", err)
			}
		})
	}
}

// TestUsersSignInUnderThePolicy: the real server is who the policy takes for it.
func TestUsersSignInUnderThePolicy(t *testing.T) {
	g := guarded(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	tokens := app.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", nil)
	refresh, _ := tokens["refresh_token"].(string)
	if answer := app.Refresh(t, refresh, nil); answer.Status != http.StatusOK {
		t.Errorf("refreshing: %d %s", answer.Status, answer.Body)
	}
	grants := &sessionv1alpha1.GrantList{}
	if err := g.Admin.List(t.Context(), grants, client.InNamespace("grantor-system")); err != nil || len(grants.Items) == 0 {
		t.Fatalf("%d grants: %v", len(grants.Items), err)
	}
	for _, grant := range grants.Items {
		for _, entry := range grant.ManagedFields {
			if entry.Manager != "grantor-server" {
				t.Errorf("%s owns fields of a Grant", entry.Manager)
			}
		}
	}
}

// TestANamespaceTakesItsSessionObjectsAlong: deleting a namespace does not hang.
func TestANamespaceTakesItsSessionObjectsAlong(t *testing.T) {
	g := guarded(t)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "leaving-"}}
	if err := g.Admin.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	server := as(t, g, "system:serviceaccount:"+namespace.Name+":grantor-server")
	for _, object := range []client.Object{login(namespace.Name, "one"), login(namespace.Name, "two"), mark(namespace.Name, "three")} {
		if err := server.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Admin.Delete(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool {
		return apierrors.IsNotFound(g.Admin.Get(t.Context(), client.ObjectKeyFromObject(namespace), &corev1.Namespace{}))
	}, func() string { return "end of namespace " + namespace.Name })
}
