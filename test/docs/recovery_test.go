package docs

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// known is what applications know of a Grantor.
type known struct {
	tokens, services map[string]string
	subject          string
}

// TestRecovery loses a cluster and recovers in another one, by docs/guides/recovery.md.
func TestRecovery(t *testing.T) {
	t.Parallel()
	page := map[string][]Block{}
	for _, b := range Blocks(t, "docs/guides/recovery.md") {
		page[b.Section] = append(page[b.Section], b)
	}
	former := startIn(t, devenv.OwnKube(t), nil)
	services, app := people(t, former)
	before := learn(t, former, services, app)

	lost := newShell(t, former.Kube.Kubeconfig)
	lost.run(t, page["Back up"]...)
	if err := former.Stop(); err != nil {
		t.Fatal(err)
	}
	kube := devenv.OwnKube(t)
	recovery := newShell(t, kube.Kubeconfig)
	recovery.dir = lost.dir
	steps := page["Recover in a new cluster"]
	if len(steps) != 2 {
		t.Fatalf("the page has %d steps", len(steps))
	}
	apply, wait, _ := strings.Cut(steps[1].Text, "\n")
	now := startIn(t, kube, func() string {
		if output := recovery.run(t, steps[0], Block{Text: apply}); strings.Contains(output, before.services["shop.plain"]) {
			t.Error("a client secret is printed")
		}
		return former.Issuer
	})
	recovery.run(t, Block{Text: wait})

	for _, service := range services {
		if value := now.Value(t, service); value != before.services[service.ClientID()] {
			t.Errorf("client %s has another secret", service.ClientID())
		}
	}
	after := learn(t, now, services, app)
	if after.subject != before.subject {
		t.Errorf("alice was %s and is %s", before.subject, after.subject)
	}
	verify(t, now.Issuer, maps.Values(before.tokens))
	if err := now.Admin.Get(t.Context(), client.ObjectKey{Name: "bystander"}, &corev1.Namespace{}); !apierrors.IsNotFound(err) {
		t.Errorf("a namespace without anything of ours came back: %v", err)
	}
	owned(t, now, services[0])

	recovery.run(t, page["After going back to a snapshot of etcd"]...)
	for id, secret := range after.services {
		if answer := now.Post(t, "/token", id, secret, installation.TokenForm("read")); answer.Status != http.StatusOK {
			t.Errorf("afterwards client %s gets %d %s", id, answer.Status, answer.Body)
		}
	}
}

func startIn(t *testing.T, kube *devenv.Kube, restored func() string) *installation.Installation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := installation.Start(ctx, kube, installation.Options{Restored: restored})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Stop() })
	return g
}

// people creates a namespace with services of all sorts and an application.
func people(t *testing.T, g *installation.Installation) ([]*oauthv1alpha1.OAuthClient, installation.App) {
	t.Helper()
	for _, name := range []string{"shop", "bystander"} {
		if err := g.Admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
			t.Fatal(err)
		}
	}
	var services []*oauthv1alpha1.OAuthClient
	for _, c := range []*oauthv1alpha1.OAuthClient{
		installation.Service("shop", "plain"),
		installation.Service("shop", "retained", func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.DeletionPolicy = oauthv1alpha1.DeletionPolicyRetain
		}),
		installation.Service("shop", "named", func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.ClientID, c.Spec.Secret.Name = "shop.by-hand", "elsewhere"
		}),
	} {
		services = append(services, g.Create(t, c))
	}
	return services, g.NewApp(t, installation.Application("shop", "notes"))
}

// learn asks for a token of each service and signs alice in.
func learn(t *testing.T, g *installation.Installation, services []*oauthv1alpha1.OAuthClient, app installation.App) known {
	t.Helper()
	k := known{tokens: map[string]string{}, services: map[string]string{}}
	for _, service := range services {
		id := service.ClientID()
		k.services[id] = g.Value(t, service)
		answer := g.Post(t, "/token", id, k.services[id], installation.TokenForm("read"))
		token, _ := answer.JSON["access_token"].(string)
		if answer.Status != http.StatusOK || token == "" {
			t.Fatalf("client %s gets %d %s", id, answer.Status, answer.Body)
		}
		k.tokens[id] = token
	}
	idToken, _ := app.Tokens(t, installation.NewVisitor(nil, g.Issuer), "alice", url.Values{"scope": {"openid"}})["id_token"].(string)
	provider, err := oidc.NewProvider(t.Context(), g.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	verified, err := provider.Verifier(&oidc.Config{ClientID: app.ID}).Verify(t.Context(), idToken)
	if err != nil {
		t.Fatal(err)
	}
	k.subject = verified.Subject
	return k
}

// verify checks that services which only look at signatures take the tokens.
func verify(t *testing.T, issuer string, tokens func(func(string) bool)) {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), issuer)
	if err != nil {
		t.Fatal(err)
	}
	for token := range tokens {
		if _, err := provider.Verifier(&oidc.Config{SkipClientIDCheck: true}).Verify(t.Context(), token); err != nil {
			t.Errorf("a token of the old cluster: %v", err)
		}
	}
}

// owned checks that a Secret goes with its client again, and looks as if it had never
// been away.
func owned(t *testing.T, g *installation.Installation, c *oauthv1alpha1.OAuthClient) {
	t.Helper()
	current := &oauthv1alpha1.OAuthClient{}
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(c), current); err != nil {
		t.Fatal(err)
	}
	secret := g.Secret(t, c)
	if owner := metav1.GetControllerOf(secret); owner == nil || owner.UID != current.UID {
		t.Errorf("the Secret of %s belongs to %v", c.Name, owner)
	}
	if secret.Labels[oauthv1alpha1.LabelClientUID] != string(current.UID) || secret.Annotations[oauthv1alpha1.AnnotationRestored] != "" {
		t.Errorf("the Secret of %s is marked with %v and %v", c.Name, secret.Labels, secret.Annotations)
	}
}
