package integration

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// What the operator asks of the API server for a new client: a status cannot be written once
// only, since the digest of a secret is stored before the secret and Ready after it.
func requestsOfOneClient(t *testing.T, g *installation.Installation, proxy *devenv.FaultProxy) {
	t.Helper()
	namespace := devenv.Namespace(t, g.Kube.Config)
	accepted := installation.Service(namespace, "accepted")
	step := func(what string, c *oauthv1alpha1.OAuthClient, condition string, is metav1.ConditionStatus, wanted string) {
		t.Helper()
		before := proxy.Counts()
		if err := g.Admin.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		g.AwaitCondition(t, c, condition, is, "")
		// An event follows the status, and what was written is reconciled once more.
		time.Sleep(500 * time.Millisecond)
		asked := func(key devenv.RequestKey) bool { return key.Verb != "watch" && key.Resource != "leases" }
		if got := proxy.Counts().Diff(before).Filter(asked).String(); got != wanted {
			t.Errorf("%s: the programs asked\n%s\nnot\n%s", what, got, wanted)
		}
	}
	const once = "create events.events.k8s.io: 1\ncreate secrets: 1\nget secrets: 1\nlist secrets: 1\npatch oauthclients.oauth.grantor.dev/status: 2"
	step("a client", accepted, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, once)
	// Its events reach the operator's cache late.
	step("a large client", installation.Service(namespace, "large", func(c *oauthv1alpha1.OAuthClient) {
		c.Annotations = map[string]string{"example.com/padding": strings.Repeat("a", 250<<10)}
		c.Spec.Secret.Template = &oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{
			"padding": oauthv1alpha1.SecretTemplateText(strings.Repeat("t", 8192)),
		}}
	}), oauthv1alpha1.ConditionReady, metav1.ConditionTrue, once)
	step("a client that claims the same ID", installation.Service(namespace, "refused", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ClientID = accepted.ClientID()
	}), oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse,
		"create events.events.k8s.io: 1\npatch oauthclients.oauth.grantor.dev/status: 1")
}
